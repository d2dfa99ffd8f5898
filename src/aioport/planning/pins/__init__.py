"""Pins: functions that something calls synchronously and that so cannot become async; one kind a file."""
