// SPDX-License-Identifier: BSD-2-Clause
#include "page/page.h"

#include "page_assets.h"

bool page__has_plots(void)
{
	return page_has_plots;
}

void page__begin(FILE *stream)
{
	fprintf(stream,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"script-src '%s'; style-src '%s'; base-uri 'none'; form-action 'none'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n"
		"<meta name=\"generator\" content=\"siftr-bpf " SIFTR_BPF_VERSION "\">\n"
		"<title>siftr-bpf report</title>\n<style>",
		page_script_hash, page_style_hash);
	fwrite(page_style, 1, sizeof(page_style), stream);
	fputs("</style>\n</head>\n", stream);
	fwrite(page_body, 1, sizeof(page_body), stream);
}

void page__begin_data(FILE *stream, const char *name, size_t number)
{
	fprintf(stream, "<script type=\"application/json\" id=\"%s-%zu\">", name, number);
}

void page__end_data(FILE *stream)
{
	fputs("</script>\n", stream);
}

void page__begin_figures(FILE *stream, size_t number)
{
	fprintf(stream, "<template id=\"figures-%zu\">", number);
}

void page__end_figures(FILE *stream)
{
	fputs("</template>\n", stream);
}

void page__end(FILE *stream)
{
	fputs("<script>", stream);
	fwrite(page_script, 1, sizeof(page_script), stream);
	fputs("</script>\n</body>\n</html>\n", stream);
}
