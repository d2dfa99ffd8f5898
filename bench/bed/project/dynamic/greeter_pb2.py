# bed: group=dynamic forms=both
"""What protoc makes of messages, in short."""


class HelloRequest:
    def __init__(self, name=""):
        self.name = name
