import { DEFAULT_USERS } from './auth/default-users.js';

/** What somebody who has just started the gateway for the first time wants to do, ready to paste. */
export function firstSteps(url: string): string {
  const [{ username, password }] = DEFAULT_USERS;
  const json = "-H 'content-type: application/json'";
  return `
The gateway listens on ${url}

Sign in as ${username} with the password ${password}, make a key, and use it:

  TOKEN=$(curl -s ${url}/api/auth/login ${json} \\
    -d '{"username":"${username}","password":"${password}"}' | ${pick('access_token')})
  KEY=$(curl -s ${url}/api/keys -H "authorization: Bearer $TOKEN" ${json} \\
    -d '{"name":"first key"}' | ${pick('key')})
  curl -s ${url}/v1/models -H "authorization: Bearer $KEY"

Everything else, with examples to try: ${url}/swagger-ui/

`;
}

/** Takes one text out of a JSON object, on machines that have no jq. */
function pick(name: string): string {
  return `sed 's/.*"${name}":"\\([^"]*\\)".*/\\1/'`;
}
