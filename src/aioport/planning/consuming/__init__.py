"""What goes through something that becomes asynchronous, and what it takes to do so: one kind of consumer a module."""
