import type { Language } from './system.js'

interface Domain {
  readonly name: string
  readonly nouns: readonly string[]
}

/** What systems are about: each has its own words. */
export const DOMAINS: readonly Domain[] = [
  {
    name: 'travel',
    nouns:
      'booking flight hotel fare seat loyalty itinerary baggage passenger visa weather currency refund voucher invoice search profile geo partner quote upgrade lounge insurance transfer'.split(
        ' ',
      ),
  },
  {
    name: 'bank',
    nouns:
      'account transfer ledger card fraud identity limit statement exchange loan mortgage pension deposit branch device consent mandate dispute pricing risk sanction rewards signature archive'.split(
        ' ',
      ),
  },
  {
    name: 'media',
    nouns:
      'video playlist transcode subtitle thumbnail rating comment channel follower recommendation licence advert campaign catalogue artwork session entitlement download bookmark moderation trailer genre profile playback'.split(
        ' ',
      ),
  },
  {
    name: 'freight',
    nouns:
      'shipment route vehicle driver depot parcel customs manifest pallet tracking label pickup delivery warehouse carrier tariff toll fuel claim contract schedule dock scan address'.split(
        ' ',
      ),
  },
  {
    name: 'clinic',
    nouns:
      'patient appointment prescription lab referral ward bed consent billing insurer imaging vitals allergy triage discharge pharmacy staff roster device reminder document terminology audit directory'.split(
        ' ',
      ),
  },
  {
    name: 'fleet',
    nouns:
      'device telemetry firmware command shadow alarm geofence certificate tenant meter reading forecast topology outage crew asset parts work-order map tile weather rule digest export'.split(
        ' ',
      ),
  },
]

export const EDGE_NAMES = ['web', 'api-gateway', 'mobile-bff', 'public-api', 'admin-ui', 'partner-api']
export const NAME_STYLES: readonly ((noun: string) => string)[] = [
  (noun) => `${noun}-service`,
  (noun) => noun,
  (noun) => `svc-${noun}`,
  (noun) => `${noun}-api`,
  (noun) => `${noun}svc`,
]

export const SQL_SYSTEMS = ['postgresql', 'mysql', 'mssql', 'oracle']
export const CACHE_SYSTEMS = ['redis', 'memcached']
export const MESSAGE_SYSTEMS = ['kafka', 'rabbitmq', 'aws_sqs']
export const REGIONS = ['eu-west', 'eu-north', 'us-east', 'us-west', 'ap-south', 'sa-east']
export const VERBS = ['Get', 'List', 'Find', 'Create', 'Update', 'Check', 'Quote', 'Reserve', 'Resolve']

/** The exceptions of a language that come up in all its services. */
export const EXCEPTIONS: Readonly<Record<Language, readonly (readonly [type: string, message: string])[]>> = {
  java: [
    ['java.lang.IllegalStateException', 'entity 4711 is in state CLOSED'],
    ['java.util.NoSuchElementException', 'No value present'],
    ['java.sql.SQLTransientException', 'could not serialize access due to concurrent update'],
    ['java.lang.NullPointerException', 'Cannot invoke "String.length()" because "name" is null'],
  ],
  go: [
    ['*errors.errorString', 'invalid state 17'],
    ['*fmt.wrapError', 'load entity 93: context canceled'],
    ['*json.SyntaxError', "invalid character '<' looking for beginning of value"],
  ],
  nodejs: [
    ['TypeError', "Cannot read properties of undefined (reading 'id')"],
    ['RangeError', 'Invalid time value'],
    ['ValidationError', 'amount must be positive, found -12'],
  ],
  python: [
    ['KeyError', "'price'"],
    ['ValueError', "invalid literal for int() with base 10: 'n/a'"],
    ['sqlalchemy.exc.OperationalError', 'server closed the connection unexpectedly'],
  ],
  dotnet: [
    ['System.InvalidOperationException', 'Sequence contains no elements'],
    ['System.NullReferenceException', 'Object reference not set to an instance of an object.'],
    ['System.FormatException', "The input string 'x' was not in a correct format."],
  ],
}
