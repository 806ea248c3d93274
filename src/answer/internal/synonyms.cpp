// Everyday words that stand for one another. General English, one group a line; a word may be in
// several groups. Read once, by stem.
#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "answer/internal/words.h"

namespace hearth::answer {
namespace {

constexpr std::string_view kGroups = R"(
rent lease tenancy rental
landlord owner lessor landlady
tenant renter lessee
flat apartment home house residence dwelling property unit premises
terminate termination cancel cancellation quit end vacate leave notice move
end ending finish expire expiry lapse conclude stop
expire expiry expiration valid validity until
deposit bond security caution
price cost fee charge rate tariff amount fare expense pay
pay paid payment settle transfer
bill invoice statement charge
salary wage pay income earnings
refund reimburse repay return
discount reduction rebate
buy purchase acquire bought order get
sell sold sale
car vehicle auto automobile
bike bicycle cycle
truck lorry van
bus coach
absent away missing
skip miss omit
void invalid lapse expire
owe owed outstanding remaining due
fed feed food
stop shut close off halt
emergency urgent
boat ferry ship vessel
weight weigh kilo kilogram
lead head guide direct
serve serving meal
camp camping tent
train rail railway
plane flight fly airline aircraft
trip journey travel holiday vacation tour visit
hotel lodging accommodation guesthouse hostel stay room cabin cottage
luggage baggage suitcase bag
phone telephone mobile cell call ring number
mail email letter message
contact reach call
address location street
doctor physician gp practitioner clinic surgery
dentist dental orthodontist
vet veterinary veterinarian animal
hospital clinic infirmary
medicine medication drug pill tablet remedy dose prescription
ill sick unwell disease illness
vaccinate vaccination vaccine jab shot injection immunise immunisation
allergy allergic intolerance intolerant
child kid son daughter children toddler
mother mum mom mama
father dad papa
grandmother grandma granny nana
grandfather grandpa granddad
parent mother father
wife husband spouse partner
teacher tutor instructor educator
school class lesson course
pupil student
homework assignment task exercise
exam test examination quiz
meeting assembly conference session gathering
appointment booking reservation visit
book reserve booking reservation
party celebration feast
birthday born birth
gift present
dog puppy hound pet
cat kitten pet
food meal dish eat
dinner supper meal
lunch meal
breakfast meal
cook bake prepare roast
oven stove cooker
fridge refrigerator freezer
washer washing laundry
dryer tumble
heater heating boiler radiator furnace
broken fault faulty defect failure malfunction damage break error
repair fix mend service maintenance
maintain maintenance service inspection
clean wash rinse wipe scrub
dirt dirty stain grime
rubbish trash garbage waste bin refuse
recycle recycling
trash bin
water tap plumbing
plumber plumbing pipe
leak drip leakage
electricity power electric electrical current
light lamp bulb
key lock
password passphrase passcode pin code secret
code pin passcode
internet wifi wireless network broadband
router modem
computer pc laptop machine
program application software app tool
begin start commence launch open
open opening
close shut closed closing
delete remove erase discard drop purge
create make generate produce build
change alter modify edit adjust amend update
replace swap exchange substitute
install setup installation
configure setting setup option configuration preference
option flag switch parameter argument setting
folder directory
command instruction
show display print list output view
permit allow permission may let authorise
allow permit permitted enable
forbid prohibit ban disallow forbidden
enable activate turn
disable deactivate turn
require need necessary must mandatory obligatory
limit maximum max cap ceiling most
maximum max highest largest most upper
minimum min lowest smallest least lower
size length width height dimension big large
big large huge
small little tiny
weight weigh heavy kilogram kg
distance far kilometre mile km
height tall high
speed fast quick rapid
temperature degree hot warm heat
cold cool
hour time
duration long length period last take
frequency often regular interval every
interval every period
yearly annual annually year
monthly month
weekly week
daily day
date day when
deadline due latest
due payable owed owe
late delay overdue
early soon
insurance insure insurer policy cover coverage
claim compensation
accident crash collision
policy contract agreement
contract agreement deal terms
sign signature signed
rule regulation policy guideline
tax duty levy
bank account
loan mortgage credit debt
save saving
money cash fund
company firm business employer
boss manager supervisor chief head
colleague coworker
job position post role work employment occupation
hire employ recruit appoint
resign quit leave
elect vote choose select pick
choose select pick
decide decision agree resolve conclude
agree agreement consent approve
member participant attendee
attend present participate join
organise arrange plan coordinate
responsible charge duty
help assist support aid
teach instruct train
learn study
win prize award victory
lose lost missing
find locate discover
hide hidden
store keep storage kept save stash
garden yard lawn
plant flower seed sow grow
water irrigate
tree shrub bush
neighbour neighbor
noise noisy loud quiet
smoke smoking cigarette
animal pet
sleep bed night
child baby infant
wear clothes clothing
shoe boot footwear
paint paintwork varnish
colour color shade hue
wall ceiling
floor storey level
attic loft
cellar basement
garage parking carport
park parking
guest visitor
invite invitation
friend pal mate
author writer write written creator
copyright licence license
release version publish edition
bug defect issue error problem
problem trouble issue difficulty
warn warning caution alert danger
danger hazard risk
safe safety secure
error fault failure message
reset restart reboot
backup copy duplicate
encrypt cipher
compress compression shrink
speed velocity
battery charge accumulator
manufacturer maker producer brand
brand make manufacturer
model type version
serial number
warranty guarantee
ingredient component contain
recipe instruction
sugar sweet
soak steep
stir mix blend combine
oil grease lubricate
tyre tire wheel
brake braking
fuel petrol gas gasoline diesel
mileage odometer kilometres
inspect inspection check test examine
licence permit
ticket pass
passport document identity
fine penalty charge
police officer
judge court
law legal
vote poll ballot
budget spend expense
raise increase rise grow
reduce decrease lower cut decline
happen occur
reason cause why because
purpose aim goal
result outcome consequence
answer reply respond response
question query ask
suggest recommend advise propose recommendation
recommend suggest advise
explain describe
describe description
example sample instance
picture photo image photograph
film movie
song music tune
instrument piano violin guitar
practise practice rehearse rehearsal
team squad
match game
coach trainer
score result
swim swimming pool
library lend borrow
borrow lend loan
return bring
pick collect fetch
deliver delivery ship shipping dispatch
arrive arrival reach
depart departure leave
drive driver
walk hike
near close nearby
behind back
top upper
bottom lower
front entrance
door entrance gate
window pane
stop halt cease quit exit
exit quit leave terminate
run execute start launch
execute run
default standard preset
line row
column field
letter character
empty blank
user person account
group team
server host daemon
port socket
convert transform translate
translate language
equal same identical
different differ difference distinguish
mandatory compulsory required
free complimentary gratis
quiet silence silent
rubbish litter
)";

constexpr std::string_view kOpposites = R"(
open closed
open close
allow forbid
allow prohibit
permit forbid
permit prohibit
enable disable
increase decrease
raise lower
before after
always never
first last
more less
more fewer
most least
maximum minimum
max min
above below
over under
on off
in out
include exclude
accept reject
accept refuse
approve reject
approve refuse
add remove
start stop
start end
begin end
begin finish
buy sell
win lose
won lost
pass fail
succeed fail
early late
cheap expensive
hot cold
warm cold
left right
north south
east west
old new
young old
big small
large small
high low
full empty
free paid
public private
safe dangerous
true false
yes no
with without
inside outside
upstairs downstairs
morning evening
day night
summer winter
possible impossible
legal illegal
valid invalid
visible hidden
required optional
mandatory optional
lend borrow
arrive depart
arrive leave
import export
read write
lock unlock
encrypt decrypt
tenant landlord
mother father
son daughter
brother sister
wife husband
he she
his her
single double
hard soft
dry wet
clean dirty
light dark
light heavy
strong weak
fast slow
same different
correct wrong
right wrong
both neither
all none
everyone nobody
everything nothing
included extra
rise fall
rose fell
rise drop
beginning end
beginning ending
gain lose
accepted rejected
major minor
attic cellar
upper lower
front back
spring autumn
male female
man woman
boy girl
parent child
teacher pupil
guest host
)";

using Groups = std::unordered_map<std::string, std::vector<int>>;

Groups read_groups(std::string_view table) {
  Groups groups;
  int line_number = 0;
  for (const std::string_view line : text::split(table, '\n')) {
    ++line_number;
    for (const std::string_view word : text::split(line, ' ')) {
      if (!word.empty()) groups[stem_of(word)].push_back(line_number);
    }
  }
  return groups;
}

bool share_group(const Groups& groups, std::string_view stem, std::string_view other) {
  const auto left = groups.find(std::string(stem));
  const auto right = groups.find(std::string(other));
  if (left == groups.end() || right == groups.end()) return false;
  return std::ranges::any_of(left->second, [&](int group) {
    return std::ranges::find(right->second, group) != right->second.end();
  });
}

}  // namespace

bool are_synonyms(std::string_view stem, std::string_view other) {
  static const Groups kTable = read_groups(kGroups);
  return stem != other && share_group(kTable, stem, other);
}

bool are_opposites(std::string_view stem, std::string_view other) {
  static const Groups kTable = read_groups(kOpposites);
  return stem != other && share_group(kTable, stem, other);
}

}  // namespace hearth::answer
