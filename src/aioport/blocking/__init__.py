"""What blocks, and through which chain: facts, no decisions."""
