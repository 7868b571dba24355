# The opener gives each case its key: it wraps new ones and unwraps those of cases that exist.
# `update` alone: with `create`, encrypting under an unknown name would make a key (vault#10397).
path "casework-transit/encrypt/case-keys" {
  capabilities = ["update"]
}

path "casework-transit/decrypt/case-keys" {
  capabilities = ["update"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}

path "auth/token/lookup-self" {
  capabilities = ["read"]
}
