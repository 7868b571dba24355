# The sealer writes each identity record once. It can neither read, list, change nor delete one.
path "identities/data/*" {
  capabilities = ["create"]
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
