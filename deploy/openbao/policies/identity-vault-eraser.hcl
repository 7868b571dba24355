# The eraser destroys records. It can neither read, list, make nor change one.
path "identities/destroy/*" {
  capabilities = ["update"]
}

path "identities/metadata/*" {
  capabilities = ["delete"]
}

# The copy that an interrupted sweep left behind.
path "identities-stage/metadata/*" {
  capabilities = ["delete"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}

path "auth/token/lookup-self" {
  capabilities = ["read"]
}
