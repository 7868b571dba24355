# The sweep makes every record anew once a year, at the path that it has. What it reads is ciphertext whose keys it has
# not. It cannot list records: it is told their paths by the database.
path "identities/data/*" {
  capabilities = ["read", "create"]
}

path "identities/metadata/*" {
  capabilities = ["delete"]
}

# Where a record stands while its own place is empty.
path "identities-stage/data/*" {
  capabilities = ["read", "create"]
}

path "identities-stage/metadata/*" {
  capabilities = ["delete"]
}

# What an interrupted sweep left there.
path "identities-stage/metadata/" {
  capabilities = ["list"]
}

# Tells "this record is there already" from "this token may not write".
path "sys/capabilities-self" {
  capabilities = ["update"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}

path "auth/token/lookup-self" {
  capabilities = ["read"]
}
