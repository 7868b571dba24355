# The eraser destroys records. It can neither read, list, make nor change one.
path "identities/destroy/*" {
  capabilities = ["update"]
}

path "identities/metadata/*" {
  capabilities = ["delete"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}

path "auth/token/lookup-self" {
  capabilities = ["read"]
}
