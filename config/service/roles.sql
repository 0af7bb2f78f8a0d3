-- Run once as the server's superuser: psql -f roles.sql. Give passwords with \password afterwards; none stand here.
-- Three roles: the owner migrates and does nothing else; office and portal run, own nothing, and therefore can neither
-- drop a trigger nor truncate a table. What each may touch is printed by `python app.py grants` after every migration.
CREATE ROLE qingshan_owner LOGIN;
CREATE ROLE qingshan_office LOGIN;
CREATE ROLE qingshan_portal LOGIN;

CREATE DATABASE qingshan OWNER qingshan_owner
    TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8';
REVOKE ALL ON DATABASE qingshan FROM PUBLIC;
GRANT CONNECT ON DATABASE qingshan TO qingshan_office, qingshan_portal;

-- A portal that was taken over should not be able to hold locks or run long readings.
ALTER ROLE qingshan_portal SET statement_timeout = '15s';
ALTER ROLE qingshan_portal SET idle_in_transaction_session_timeout = '15s';
ALTER ROLE qingshan_portal CONNECTION LIMIT 60;
