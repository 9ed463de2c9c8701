"""`python -m wattledger`."""

from wattledger.cli import main

if __name__ == "__main__":
    main()
