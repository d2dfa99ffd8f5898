"""What planning does about threads: the locks between them, and what belongs to one of them."""
