# Engines have their own versions.
kept version
