"""The chassis: what every service needs and none owns. Each module has one job."""
