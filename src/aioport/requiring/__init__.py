"""What a conversion means for the project's dependencies: where they are declared, what is added, what is no longer used."""
