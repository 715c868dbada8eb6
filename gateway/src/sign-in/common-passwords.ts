/** Passwords that are tried first by whoever guesses: whole ones, and words that digits behind them do not make better. */

export const COMMON: ReadonlySet<string> = new Set(
  `0123456789 01234567890 0987654321 1111111111 1122334455 1212121212 1234512345 123123123123 1234554321 123456123456
  12345678910 123456789a 1234567890 1234567890a 1234567891 1234567899 12345qwert 123qweasdzxc 147258369 1472583690
  1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc 1qazxsw23edc 2wsx3edc4rfv 3rjs1la7qe 9876543210 a1b2c3d4e5 abc1234567
  abcd123456 abcdefghij alexander1 asdfasdfasdf asdfghjkl1 asdfghjkl; asdfghjklqwertyuiop azertyuiop baseball123
  basketball changeme123 correcthorsebatterystaple football123 iloveyou12 letmein123 liverpool1 manchester
  mypassword mypassword1 newpassword p@55w0rd12 p@ssw0rd12 p@ssw0rd123 pa55word12 passw0rd12 passw0rd123 password01
  password10 password11 password12 password123 password1234 password12345 password123456 password321 passwordpassword
  passwort12 passwort123 q1w2e3r4t5 q1w2e3r4t5y6 qazwsxedcrfv qwer123456 qwert12345 qwerty1234 qwerty12345 qwerty123456
  qwertyuiop qwertyuiop1 qwertyuiop123 qwertzuiop sunshine12 superman12 thunderbird trustno1trustno1 unbelievable
  welcome123 welcome1234 whatever12 yxcvbnmasdf zaq12wsxcde3 zaq1xsw2cde3 zxcvbnm123 zxcvbnmasdfghjkl`.split(
    /\s+/,
  ),
);

export const WORDS: ReadonlySet<string> = new Set(
  `abc abcd abcdef access admin administrator adobe ara asdf asdfgh asdfghjkl assistant azerty baseball batman bonjour
  changeme charlie computer default donald dragon flower football freedom ginger guest hallo hannah hello hockey iloveyou
  internet jennifer jessica jordan killer letmein liebe login london love lovely maggie master michael michelle minecraft
  monkey motdepasse mustang ninja nothing oracle parola pass password passwort pepper pokemon princess qazwsx qwert qwerty
  qwertyuiop qwertz root samsung schatz secret secure server shadow soccer sommer spring starwars summer sunshine superman
  system test tester testing tigger trustno user welcome whatever willkommen winter zaqwsx zxcvbn zxcvbnm`.split(
    /\s+/,
  ),
);
