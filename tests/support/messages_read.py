"""What people write, by what it means, to be read by the lists."""

CRISIS = """\
I want to die
i wanna die
I just want to die.
i dont want to live anymore
I don't want to be alive
I do not want to be here anymore
I don\u2019t want to wake up
I wish I was dead
I wish I'd never been born
i should just die
thinking about suicide again
I am suicidal
I\u2019m feeling suicidal
SUICIDE
su1cide
sucide
suicde
sui cide
kill myself
I'm going to kill myself
i will kil myself
im gonna kill my self
killing myself sounds easy
killmyself
kms
KMS lol
unalive myself
thinking of unaliving myself
end it all
I'm going to end it all tonight
I want to end my life
i took my life in my hands, ending my life
They are better off without me
you'd be better of without me
everyone would be better off without me
better off dead
no reason to live
There is no reason to keep living
I have nothing to live for
nothing left to live for
I can't go on
i cant go on like this
I can't do this anymore
I cannot take it anymore
can't live like this
tired of living
there's no point in living
I feel hopeless
I give up
I hurt myself
going to hurt myself
I want to harm myself
I cut myself again
self harm
self-harm
selfharm
I overdosed
overdose
over dose
ovrdose
took all my pills
I took the pills, all of them
I swallowed a bottle of pills
i have enough pills
jump off the bridge
I have a gun
i don't feel safe
I am not safe with myself
goodbye everyone
tell my kids I love them
I am a burden
going to do something stupid
not suicidal
I would never kill myself
No, I am not thinking of suicide, don't worry
u r better off without me
I want 2 die, i mean want to dei
3 I want to die
better but I still want to die
kill him
I'm going to hurt someone
I can't breathe
chest pain
help me
Please help me!
i just want it to be over
i want it all to stop
whats the point anymore
what's the point
thinking of ending things
I don't see a way out
life isn't worth it
i have a plan to end it
im gonna do it tonight, goodbye
i feel like dying
I wanna disappear forever
im going to jump
nobody would miss me
i hate my life
i hate myself
I dont care if i live or die
I'm done. goodbye
i wont be around much longer
I don't think I can keep going
there is nothing left
I can't keep going like this
I want to go to sleep forever
Im at the end of my rope
I just can't anymore
I'm scared of what I might do
I have been cutting
I want to be with my mom in heaven
I don't deserve to live
the only way out is death
i keep thinking about driving off the road
I wrote a note
I'm thinking about hurting myself
I dont trust myself tonight
ive had enough of life
please someone help me
I'd be better off gone
I want the pain to end
they'd be happier if I was gone
i cant live with myself
I am gonna off myself
im going to end myself
i want to unalive
thinking about s3lf harm
suicid
suicidl thoughts
want to kil meself
i want to dye
I wana die
wanting to die
I'm better off ded
KILL ME
just kill me now
i got a knife and i want to use it
I really don't see the point in carrying on
Everything is pointless, I'm thinking about checking out for good
I'm so tired of fighting, I want out
My family deserves better, I should just be gone
I have all my meds lined up
honestly i wouldnt mind getting hit by a bus
there's only one way this ends
i said my goodbyes
cant live another day like this
I cut too deep
I drank bleach
I want to jump in front of a train
""".splitlines()

CRISIS_ES = """\
quiero morir
Quiero morirme
QUIERO MORIR!!!
kiero morir
ya no quiero vivir
no quiero vivir
No quiero vivir m\u00e1s
no quiero seguir viviendo
no quiero seguir
no quiero estar aqu\u00ed
no quiero despertar
matarme
matarm
voy a matarme
me quiero matar
me voy a matar
quitarme la vida
quitarm la vida
me voy a quitar la vida
acabar con mi vida
quiero acabar con todo
hacerme da\u00f1o
hacerme dano
hacerme mucho da\u00f1o
suicidio
sucidio
pienso en el suicidio
suicidarme
soy suicida
estar\u00edan mejor sin m\u00ed
mejor muerta
ojal\u00e1 estuviera muerto
no tengo ganas de vivir
no tengo raz\u00f3n para vivir
sin ganas de vivir
no puedo m\u00e1s
ya no puedo m\u00e1s
no aguanto m\u00e1s
no vale la pena vivir
cansada de vivir
estoy harto de todo
me rindo
soy una carga
cortarme
me corto
sobredosis
me tom\u00e9 todas las pastillas
tom\u00e9 las pastillas, todas
ahorcarme
adi\u00f3s para siempre
no soy suicida
no me siento segura
voy a matarlo
no puedo respirar
ay\u00fadenme por favor
me quiero ir de este mundo
ya no le encuentro sentido a la vida
todos estar\u00edan mejor si no estuviera
quiero desaparecer
desear\u00eda no haber nacido
ya no quiero estar viva
siento que no puedo seguir
me da igual vivir o morir
quisiera estar muerta
a veces pienso en la muerte
no quiero estar en este mundo
quiero dejar de existir
ojal\u00e1 no despertara ma\xf1ana
voy a tomarme todas las pastillas
me voy a colgar
voy a hacer algo malo
no tengo por qu\u00e9 vivir
ser\u00eda mejor morirme
ya me cans\u00e9 de todo, quiero acabar
me cort\u00e9 las venas
estoy pensando en hacerme da\u00f1o otra vez
no vale la pena seguir
mis hijos estar\u00edan mejor sin m\u00ed
me quiero tirar del puente
tengo una pistola
no veo la salida
""".splitlines()

NO_CRISIS = """\
hello
Yes I will come
See you Tuesday
I have a skill
skills test at 3
my skillet is hot
I'm running ten minutes late
Can I bring my sister?
Could you call me back please
What is the address?
I need to move my appointment to Friday
Is parking free?
That killer sandwich place next door
I feel much better, thank you
Same as yesterday
worse
the diet is going well
my soldier son comes with me
I want to dine before
dying my hair takes an hour, I come at 4
I moved to Overbrook
the overdue invoice
they did not call me
no one called me
I can't come on Friday
I can't come, sorry
living room paint is done
What should I eat before?
my husband drives me
my life is busy
take care
suitcase
I would like to end the call
The weekend was good
thanks for the good care of me
hurry
I hurt my knee
we cut the grass
my pills are at home
do I take my pills before I come
Gracias, nos vemos ma\u00f1ana
\u00bfPuedo cambiar mi cita?
no puedo ir el viernes
Estoy mejor
me siento igual
quiero cambiar la hora
mi vida es tranquila
vivo en la calle Morelos
la vivienda
voy a mandar el papel
\u00bfcu\u00e1nto da\u00f1o hizo la lluvia?
el amor de mi hija
I'm done with the form
What's the point of contact number?
I care about what happens next
Is this over at noon?
I want this to be quick
I want it to be on Friday
should I stop at the desk
I can't make it to the visit
I won't make it Friday
I'm not going to make it today, sorry
running late, not much longer
my dog is sick, forgive me, can we move it?
What is the use of the sheet?
The parking lot was full
I hate mornings
I felt great after
the movie was to die for
I'm going to jump in the shower, call me after
I could use a hand
Sounds good \U0001f44d
ok
Is it ok to drive
I'm dead tired
I have a cut on my finger
I want to end the appointment earlier
my phone died
No me importa esperar
\u00bfCu\u00e1ndo termina?
me muero de hambre jaja
gracias por todo
Yes, Tuesday works
Can I come at 2 instead?
Who do I ask about billing?
My number changed, please update
stuck in traffic, 15 min
I don't have a ride home
Could you resend the address
I feel the same
I'm better today, thanks
My daughter will drive me
I can't find the entrance
Is Dr Hale there today?
I lost my sheet
My insurance card is new
Please call me
please call my husband
I will be there
I can not come tomorrow
Do I have to bring anything
It's Maria, running late
Sorry, wrong button
I am not sure
Ok thank you!
\u00bfD\u00f3nde queda la cl\u00ednica?
No tengo quien me lleve
Ya estoy aqu\u00ed
Quiero cambiar la cita
No encuentro la entrada
\u00bfCu\u00e1nto dura?
Soy Mar\u00eda, llego tarde
""".splitlines()

OPT_OUT_CERTAIN = """\
please stop texting me
stop texting me
Stop txting me
PLEASE STOP TEXTING ME!!!
quit texting
quit texting me please
no more messages
No more texts.
no more msgs please
stop sending me messages
stop sending these texts
stop messaging me
stop all texts
please stop
Stop, please
opt out
opt me out
unsubscribe me
take me off your list
remove me from the list
don't text me anymore
do not text me again
dont message me any more
I don't want these texts
I do not want any more messages
never text me
lose my number
stop contacting me
no mas mensajes
No m\u00e1s mensajes por favor
no quiero m\u00e1s mensajes
no quiero recibir mensajes
ya no quiero recibir estos mensajes
no me manden m\u00e1s mensajes
ya no me escriban
dejen de escribirme
deje de mandarme mensajes
dejen de mandar mensajes
paren los mensajes
ALTO
alto!
basta
pare por favor
darme de baja
quiero darme de baja
borren mi n\u00famero
""".splitlines()

OPT_OUT_PERHAPS = """\
stop it hurts
it hurts please make it stop
stop by the front desk?
I had to stop my tablets
don't stop texting me
please do not stop texting me
never stop texting me, it helps
how do I stop texting
did you stop texting me?
stop texting me at night
stop texting me so early
stop texting my husband
stop testing me
stop texing me
cancel my appointment please
leave me alone
enough
too many texts
no more
spam
unsubscrbe me
no dejen de escribirme
no me escriban de noche
no me escriban
dejen de escribirme en el trabajo
demasiados mensajes
ya no
""".splitlines()

NO_OPT_OUT = """\
hello
I will text you when I am there
Thanks for texting me
message me please
is this list complete
send me the message again
I want more texts
please text me the address
I need to cancel Friday
alta m\u00e9dica
gracias por el mensaje
quiero m\u00e1s informaci\u00f3n
m\u00e1ndeme un mensaje
""".splitlines()

WRONG_NUMBER = """\
wrong number
Wrong number!!
u have the wrong number
you got the wrong person
wrng number
wrogn number
who is this
who's this?
Who dis? who is this
who are you
new phone who dis
not Maria
Not Maria.
This is not Maria
this isn't Maria
I'm not Maria
there is no Maria here
she doesn't have this phone any more
she does not have this number anymore
he no longer has this number
this is no longer her number
not her phone
Maria does not live here
I don't know any Maria
she changed her number
I just got this number
nobody by that name
no one by that name here
n\u00famero equivocado
numero equibocado
numero ekivocado, equivocado
se equivoc\u00f3 de n\u00famero
est\u00e1 equivocado
\u00bfqui\u00e9n es?
quien es usted
no soy Mar\u00eda
No es Mar\u00eda
este no es su tel\u00e9fono
ella ya no tiene este n\u00famero
aqu\u00ed no vive ninguna Mar\u00eda
no conozco a Mar\u00eda
cambi\u00f3 de n\u00famero
""".splitlines()

NO_WRONG_NUMBER = """\
hello
this is not working
This is not good
Not Monday, Tuesday please
Not Today
not yet
I'm not Ok
I am not coming
No one called me
who is my nurse on Friday
Who is driving me?
I got a new phone
something is wrong
what number do I call
this is my new number
I don't know who to ask
phone me please
Maria here
no es tarde
no soy puntual, perd\u00f3n
\u00bfcu\u00e1l es el n\u00famero?
tengo tel\u00e9fono nuevo
Yes, Tuesday works
Can I come at 2 instead?
Who do I ask about billing?
My number changed, please update
stuck in traffic, 15 min
I don't have a ride home
Could you resend the address
I feel the same
I'm better today, thanks
My daughter will drive me
I can't find the entrance
Is Dr Hale there today?
I lost my sheet
My insurance card is new
Please call me
please call my husband
I will be there
I can not come tomorrow
Do I have to bring anything
It's Maria, running late
Sorry, wrong button
I am not sure
Ok thank you!
\u00bfD\u00f3nde queda la cl\u00ednica?
No tengo quien me lleve
Ya estoy aqu\u00ed
Quiero cambiar la cita
No encuentro la entrada
\u00bfCu\u00e1nto dura?
Soy Mar\u00eda, llego tarde
""".splitlines()
