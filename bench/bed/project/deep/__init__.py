"""Chains over several files; what is called from outside stands in `handlers`."""
