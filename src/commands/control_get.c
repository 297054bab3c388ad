// SPDX-License-Identifier: BSD-2-Clause
#include "commands/control_get.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "commands/control_keys.h"

/* Receives a key under the name by which it was asked for; false ends the list. */
typedef bool take_value(const struct control_key *key, const char *name, const char *value,
			void *context);

static bool print_line(const struct control_key *key, const char *name, const char *value,
		       void *client)
{
	(void)key;
	client__print(client, "%s%s%s\n", name, *value ? " " : "", value);
	return true;
}

static bool add_member(const struct control_key *key, const char *name, const char *value,
		       void *object)
{
	json_t *member = !*value	  ? json_null()
			 : key->is_number ? json_integer(strtoll(value, NULL, 10))
					  : json_string(value);

	return !json_object_set_new(object, name, member);
}

static bool take(const struct run_control *control, const struct control_key *key, const char *name,
		 take_value *give, void *context)
{
	char *value = control_keys__value(control, key);
	bool good = value && give(key, name, value, context);

	free(value);
	return good;
}

static bool each_value(const struct run_control *control, const struct words *words,
		       take_value *give, void *context)
{
	bool good = true;

	if (words->count == 1)
		for (const struct control_key *key = control_keys; key->name && good; key++)
			good = take(control, key, key->name, give, context);
	for (size_t i = 1; i < words->count && good; i++)
		good = take(control, control_keys__find(words->of[i]), words->of[i], give, context);
	return good;
}

static bool print_object(const struct run_control *control, struct client *client,
			 const struct words *words)
{
	json_t *object = json_object();
	char *text = NULL;

	if (object && each_value(control, words, add_member, object))
		text = json_dumps(object, JSON_PRESERVE_ORDER);
	if (text)
		client__print(client, "%s\n", text);
	json_decref(object);
	free(text);
	return text != NULL;
}

void control_get__answer(const struct run_control *control, struct client *client,
			 const struct words *words, bool json)
{
	bool good;

	for (size_t i = 1; i < words->count; i++) {
		if (control_keys__find(words->of[i]))
			continue;
		client__error(client, "unknown key '%s'; get without one lists all", words->of[i]);
		return;
	}
	good = json ? print_object(control, client, words)
		    : each_value(control, words, print_line, client);
	if (good)
		client__ok(client);
	else
		client__error(client, "there is no memory for the answer");
}
