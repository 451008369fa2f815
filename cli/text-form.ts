/** What a text is that is no JSON, and what to do with it; null where that is not known. Nothing of it is repeated. */
export function textForm(text: string, path: string): string | null {
  const found = FORMS.find(({ ending, text: pattern }) => ending.test(path) || pattern.test(text.slice(0, LOOKED_AT)));
  return found?.says ?? null;
}

const LOOKED_AT = 4096;
const AS_JSON = 'add "--output json" to the command that makes it, or "az rest", which prints nothing else';

const FORMS: readonly { readonly ending: RegExp; readonly text: RegExp; readonly says: string }[] = [
  {
    ending: /\.bicep(?:param)?$/i,
    text: /^\s*(?:\/\/[^\n]*\n\s*)*(?:targetScope\s*=|(?:param|var|resource|module|metadata|using)\s+['\w])/,
    says: 'is Bicep, which says what is to be made: only bodies of what stands in Azure are judged. Once deployed: az rest --method get --url "$ID?api-version=2025-06-01"',
  },
  {
    ending: /\.(?:tf|tfvars|hcl)$/i,
    text: /^\s*(?:#[^\n]*\n\s*)*(?:(?:resource|data|provider|module|variable)\s+"[^"\n]*"[^\n]*|terraform\s*)\{/,
    says: 'is of Terraform, which says what is to be made: only bodies of what stands in Azure are judged. Once applied: az rest --method get --url "$ID?api-version=2025-06-01"',
  },
  { ending: /(?!)/, text: /^\s*\p{Cc}\[\d/u, says: `is coloured for a terminal: ${AS_JSON}` },
  {
    ending: /\.ya?ml$/i,
    text: /^\s*(?:- )?(?:id|name|location|value|accountEndpoint): ?\S*/,
    says: `is YAML: ${AS_JSON}`,
  },
  { ending: /\.(?:csv|tsv)$/i, text: /^[^\n{[]*\t|^-{3,}  /m, says: `is a table: ${AS_JSON}` },
  {
    ending: /\.html?$/i,
    text: /^\s*<(?:!doctype|html)/i,
    says: 'is a web page, as a proxy or a sign-in answers: az rest --method get --url "$ID?api-version=2025-06-01" prints JSON',
  },
  {
    ending: /(?!)/,
    text: /^\s*(?:ERROR|WARNING): /,
    says: 'holds what az told, not what it printed: send only its standard output to the file',
  },
];
