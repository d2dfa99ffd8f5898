"""Statements at module level that become one `async def main()`, which starts the event loop once."""
