"""What a meter knows: when it counted, what it recorded, and its registers. No sockets, no JSON."""
