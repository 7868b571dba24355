# The verifier lets the discloser's reads of agreed records through, one by one. It can read none itself.
path "sys/control-group/authorize" {
  capabilities = ["update"]
}

# What is asked for, and by whom: told before anything is let through.
path "sys/control-group/request" {
  capabilities = ["update"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}

path "auth/token/lookup-self" {
  capabilities = ["read"]
}
