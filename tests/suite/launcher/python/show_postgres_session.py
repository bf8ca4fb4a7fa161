connection = op.get_bind()
for setting in (
    "lock_timeout",
    "statement_timeout",
    "application_name",
    "search_path",
    "transaction_isolation",
    "idle_in_transaction_session_timeout",
    "client_min_messages",
):
    print(setting, connection.exec_driver_sql("show " + setting).scalar())
print(connection.exec_driver_sql("select pg_current_xact_id_if_assigned() is null").scalar())
driver = connection.connection.dbapi_connection
print(driver.autocommit, driver.info.transaction_status)
print(connection.in_transaction(), connection.in_nested_transaction())
print(connection.get_isolation_level())
