"""What a home's energy is: the pure part, standard library only, nothing awaited."""
