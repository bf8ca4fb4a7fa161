from sqlalchemy import Column, Integer, MetaData, String, Table

metadata = MetaData()
for name in ("one", "two", "three"):
    Table(name, metadata, Column("id", Integer, primary_key=True), Column("name", String(40)))
