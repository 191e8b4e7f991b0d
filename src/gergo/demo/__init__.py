"""The demo catalogue: a shop of DIY fasteners and fittings, drawn procedurally."""
