"""What goes wrong with asyncio beside blocking calls."""
