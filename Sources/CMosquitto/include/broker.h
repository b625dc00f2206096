// libmosquitto as far as it is needed, found at run time. What is asked with it is decided elsewhere. No header of
// libmosquitto is needed to build.
// Source: https://mosquitto.org/api/files/mosquitto-h.html

#ifndef SUNVIGIL_BROKER_H
#define SUNVIGIL_BROKER_H

/// A loaded libmosquitto.
typedef struct broker_library broker_library;

#endif
