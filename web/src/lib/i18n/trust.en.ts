/** The words of the way on which a phone is told to trust the home. */
export const trustEn = {
  title: 'Let this phone trust your home',
  why: 'Once for each phone. It vouches for this home’s server alone.',
  get: 'Get the certificate',
  whose: { apple: 'iPhone, iPad', android: 'Android' },
  compare: 'The phone shows this SHA-256 fingerprint before it trusts it:',
  apple: [
    { how: 'Get the certificate in Safari, and allow it to be downloaded.', draws: 'Allow' },
    {
      how: 'Open Settings: near the top is “Profile Downloaded”. Tap it, then “Install”.',
      draws: 'Profile Downloaded',
    },
    {
      how: 'Settings, General, About, at the very bottom “Certificate Trust Settings”: switch Wattledger on.',
      draws: 'Wattledger',
    },
  ],
  android: [
    { how: 'Get the certificate; it is downloaded as a file.', draws: 'authority.crt' },
    {
      how: 'Open Settings and search for “CA certificate”. Tap it, then “Install anyway”.',
      draws: 'CA certificate',
    },
    { how: 'Choose the file that was downloaded.', draws: 'authority.crt' },
  ],
};

export type TrustWords = typeof trustEn;
