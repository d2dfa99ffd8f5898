"""The async half of a sync package, made by the machinery that converts programs."""
