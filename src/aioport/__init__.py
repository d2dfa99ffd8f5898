"""Ports synchronous Python to asyncio: a whole project at once, with reasons, and with proof."""
