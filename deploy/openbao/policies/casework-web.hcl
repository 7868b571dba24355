# The back office reads cases that exist: it unwraps their keys and makes none.
path "casework-transit/decrypt/case-keys" {
  capabilities = ["update"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}

path "auth/token/lookup-self" {
  capabilities = ["read"]
}
