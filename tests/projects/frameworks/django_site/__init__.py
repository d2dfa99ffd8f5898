"""A Django site: a view with the ORM, which stays in its thread, and a management command, which keeps a sync form."""
