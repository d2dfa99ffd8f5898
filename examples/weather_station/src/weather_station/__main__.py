"""`python -m weather_station`."""

import sys

from weather_station.cli import main

if __name__ == "__main__":
    sys.exit(main())
