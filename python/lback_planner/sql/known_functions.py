"""Functions that change no table, of all servers. Other functions that SQL calls may write."""

from .functions_of_postgresql import NAMES

KNOWN = frozenset(
    """
    raise abs acos age array_agg array_append array_cat array_length array_lower array_position
    array_positions array_prepend array_remove array_replace array_to_json array_to_string
    array_upper ascii asin atan atan2 avg any all some array bit_and bit_length bit_or bool_and
    bool_or btrim bin bin_to_uuid cardinality cast cbrt ceil ceiling char char_length
    character_length charindex chr clock_timestamp coalesce collate col_description concat concat_ws
    convert convert_from convert_to count cos cot cume_dist curdate curtime current_database
    current_schema current_schemas current_setting current_user current_timestamp current_date
    current_time currval database date date_add date_bin date_format date_part date_sub date_trunc
    dateadd datediff datename datepart datetime datetime2 day dayname dayofmonth dayofweek dayofyear
    db_name decode degrees dense_rank digest div elt encode enum_first enum_last enum_range every
    exists exp extract field find_in_set first_value floor format format_type found_rows
    from_unixtime gen_random_bytes gen_random_uuid generate_series generate_subscripts get_byte
    getdate getutcdate get_bit glob greatest group_concat grouping has_table_privilege
    has_schema_privilege has_column_privilege hashtext hex hour hstore host if ifnull iif in
    inet_aton inet_ntoa initcap instr int4range int8range interval isnull isnumeric isfinite is_uuid
    json json_agg json_array json_array_elements json_array_elements_text json_array_length
    json_arrayagg json_build_array json_build_object json_contains json_contains_path json_each
    json_each_text json_extract json_extract_path json_extract_path_text json_group_array
    json_group_object json_insert json_keys json_length json_merge json_merge_patch
    json_merge_preserve json_object json_object_agg json_object_keys json_objectagg
    json_populate_record json_quote json_remove json_replace json_search json_set json_strip_nulls
    json_table json_tree json_type json_typeof json_unquote json_valid json_value json_query jsonb
    jsonb_agg jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array
    jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path jsonb_extract_path_text
    jsonb_insert jsonb_object jsonb_object_agg jsonb_object_keys jsonb_path_exists jsonb_path_query
    jsonb_path_query_array jsonb_path_query_first jsonb_populate_record jsonb_pretty jsonb_set
    jsonb_set_lax jsonb_strip_nulls jsonb_to_record jsonb_to_recordset jsonb_typeof julianday
    justify_days justify_hours justify_interval lag last_day last_insert_id last_insert_rowid
    last_value lastval lcase lead least left len length like listagg ln localtime localtimestamp
    locate log log10 log2 lower lpad ltrim make_date make_interval make_time make_timestamp
    make_timestamptz max md5 microsecond mid min minute mod month monthname multirange newid
    newsequentialid nextval normalize now nth_value ntile nullif num_nonnulls num_nulls numeric nvl
    nvl2 object_id octet_length ord overlay parse_ident parsename patindex percent_rank
    percentile_cont percentile_disc period_add pg_advisory_lock pg_advisory_unlock
    pg_advisory_xact_lock pg_get_constraintdef pg_get_expr pg_get_indexdef pg_get_serial_sequence
    pg_get_viewdef pg_get_functiondef pg_get_triggerdef pg_relation_size pg_size_pretty pg_sleep
    pg_table_is_visible pg_table_size pg_total_relation_size pg_try_advisory_lock pg_typeof
    pg_is_in_recovery pg_backend_pid pg_type_is_visible pi plainto_tsquery point position pow power
    printf quarter quote quote_ident quote_literal quote_nullable quotename radians rand random
    randomblob rank regexp_count regexp_instr regexp_like regexp_match regexp_matches regexp_replace
    regexp_split_to_array regexp_split_to_table regexp_substr repeat replace replicate reverse right
    round row row_count row_number row_to_json rpad rtrim schema schema_name scope_identity
    sec_to_time second session_user set_byte set_config setseed setval setweight sha1 sha2 sha224
    sha256 sha384 sha512 shobj_description obj_description sign sin space split_part sqlite_version
    sqrt starts_with statement_timestamp std stddev stddev_pop stddev_samp str str_to_date strcmp
    strftime string_agg string_to_array string_to_table strip stuff subdate substr substring
    substring_index suser_sname sum sysdate sysdatetime sysutcdatetime sysdatetimeoffset tan textcat
    tidb_version time time_format timediff timeofday timestamp timestampadd timestampdiff timezone
    to_ascii to_char to_date to_days to_hex to_json to_jsonb to_number to_regclass to_regtype
    to_regproc to_regnamespace to_seconds to_timestamp to_tsquery to_tsvector total
    transaction_timestamp translate trim trunc truncate try_cast try_convert try_parse ts_rank
    tsvector_to_array tstzrange tsrange daterange numrange txid_current type_name type_id typeof
    ucase unhex unicode uniqueidentifier unistr unix_timestamp unnest upper user user_name utc_date
    utc_time utc_timestamp uuid uuid_generate_v1 uuid_generate_v1mc uuid_generate_v3
    uuid_generate_v4 uuid_generate_v5 uuid_short uuid_to_bin uuidv4 uuidv7 values var_pop var_samp
    variance version websearch_to_tsquery week weekday width_bucket year yearweek zeroblob crypt
    gen_salt hmac array_fill unaccent similarity word_similarity soundex changes sys_guid
    regexp_extract listunagg emptyblob empty_blob empty_clob hextoraw rawtohex userenv sys_context
    rowidtochar add_months months_between varchar nvarchar char nchar character decimal float double
    precision int integer bigint smallint bit varbit binary varbinary text enum set timestamptz time
    timetz numeric interval number varchar2 nvarchar2 raw clob blob bool boolean real money bytea
    vector halfvec sparsevec geometry geography st_geomfromtext st_setsrid st_makepoint st_x st_y
    st_astext st_transform st_geogfromtext st_buffer strict_word_similarity show_trgm
    levenshtein levenshtein_less_equal metaphone dmetaphone difference st_within st_contains
    st_intersects st_distance
    """.split()
)

#: Words that stand before a parenthesis without calling anything.
KEYWORDS = frozenset(
    """
    SELECT FROM WHERE AND OR NOT IN AS ON USING VALUES OVER BY WHEN THEN ELSE CASE END UNION ALL
    EXCEPT INTERSECT DISTINCT HAVING LIMIT OFFSET RETURNING SET INTO EXISTS BETWEEN LIKE ILIKE IS
    FILTER WITHIN GROUP ORDER PARTITION ANY SOME CONFLICT WITH JOIN LATERAL INNER LEFT OUTER CROSS
    FULL RIGHT NATURAL MATERIALIZED RECURSIVE DEFAULT CHECK PRIMARY KEY FOREIGN REFERENCES UNIQUE
    INDEX CONSTRAINT INCLUDE COLUMN ADD MODIFY CHANGE GENERATED ALWAYS IDENTITY STORED VIRTUAL TABLE
    ROWS RANGE GROUPS WINDOW RETURN IF WHILE UNTIL ELSIF ELSEIF TO DO NOTHING UPDATE INSERT DELETE
    OF FOR COLLATE ESCAPE SIMILAR ROLLUP CUBE SETS QUALIFY OUTPUT TOP USE FORCE IGNORE EXCLUDE
    PERFORM TYPE LOOP BEGIN COPY OPTIONS VALUE ARRAY ROW XOR DIV MOD REGEXP RLIKE GLOB MATCH
    TABLESAMPLE ORDINALITY
    """.split()
)


#: Families of functions of which none writes.
FAMILIES = (
    "json_",
    "jsonb_",
    "array_",
    "regexp_",
    "string_",
    "uuid_",
    "pg_get_",
    "st_",
    "ts_",
    "to_",
    "inet_",
    "date_",
    "hstore_",
    "bit_",
    "regr_",
    "var_",
    "stddev_",
    "range_",
    "ltree",
)


#: Functions of these families that run a query, or what they are given.
RUNNING = ("ts_stat", "ts_rewrite")
OF_POSTGRESQL = frozenset(name for names in NAMES.values() for name in names.split())


def is_harmless(name: str, dialect: str) -> bool:
    """Returns whether a function changes no table."""
    name = name.lower()
    if name in RUNNING:
        return False
    if dialect == "postgresql" and name in OF_POSTGRESQL:
        return True
    return name in KNOWN or name.startswith(FAMILIES)
