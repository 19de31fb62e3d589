/** Passwords that everybody tries first, in lower case: sequences, keyboards, names, seasons. */
export const commonPasswords: ReadonlySet<string> = new Set(
  `password password1 password12 password123 password1234 passw0rd p@ssw0rd p@ssword pa55word
   passwort motdepasse contrasena 12345678 123456789 1234567890 87654321 11111111 00000000 12341234
   123123123 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qazxsw2 zaq12wsx qwertyui qwertyuiop qwerty12 qwerty123
   qwerty1234 asdfghjk asdfghjkl asdf1234 zxcvbnm1 zxcvbnm, abcd1234 abc12345 abcdefgh abcdefg1
   a1b2c3d4 aa123456 a12345678 iloveyou iloveyou1 iloveyou2 sunshine sunshine1 princess princess1
   football football1 baseball baseball1 basketball superman superman1 batman123 spiderman
   starwars pokemon1 pokemon123 welcome1 welcome12 welcome123 letmein1 letmein123 trustno1 whatever
   computer computer1 internet samsung1 michael1 michelle jennifer jessica1 charlie1 jonathan
   nicholas victoria alexander elizabeth patricia danielle babygirl sweetheart butterfly chocolate
   mountain midnight november december january1 summer2023 summer2024 summer2025 winter2024
   spring2024 autumn2024 master123 admin123 admin1234 administrator root1234 changeme changeme1
   secret123 default1 testtest test1234 testing1 testing123 dragon123 monkey123 shadow123 hello123
   helloworld liverpool1 chelsea1 arsenal1 barcelona mercedes corvette mustang1 harley12 access14
   freedom1 ashley12 killer12 soccer12 hunter12 jordan23 maverick blink182 qazwsxedc p@55w0rd`
    .split(/\s+/)
    .filter((word) => word !== ''),
);
