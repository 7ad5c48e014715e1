// DarwinStandIn
