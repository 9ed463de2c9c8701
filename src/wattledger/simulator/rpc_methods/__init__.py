"""What a meter says: the methods and the documents of its RPC. No sockets."""
