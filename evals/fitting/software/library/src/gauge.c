/* Talks to the gauge. The protocol is described in the Krohne BM-70 sheet, chapter 5. */
#include <stdint.h>
#define FRAME_BYTES 12
#define TIMEOUT_MS 800
/* CRC-8 with polynomial 0x31, as the vendor's sheet is wrong about it. */
uint8_t crc8(const uint8_t *data, int n);
/* Returns the level in millimetres, or -1 when no frame came within the timeout. */
int32_t read_level(int fd);
