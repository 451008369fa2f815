import type { DequeuedMessageItem } from '@azure/storage-queue';
import type { TypedData } from './core.ts';

/** The text of a message, or null when it is not base64 of text. */
export function decode(message: DequeuedMessageItem): string | null {
  const bytes = Buffer.from(message.messageText, 'base64');
  if (bytes.toString('base64') !== message.messageText.trim()) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** What the host tells about a message. As in Azure the properties of a JSON message are spread over it and win. */
export function triggerMetadata(message: DequeuedMessageItem, text: string): Record<string, TypedData> {
  return {
    queueTrigger: { string: text },
    dequeueCount: { json: JSON.stringify(message.dequeueCount) },
    expirationTime: { json: JSON.stringify(message.expiresOn) },
    id: { string: message.messageId },
    insertionTime: { json: JSON.stringify(message.insertedOn) },
    nextVisibleTime: { json: JSON.stringify(message.nextVisibleOn) },
    popReceipt: { string: message.popReceipt },
    ...propertiesOf(text),
  };
}

function propertiesOf(text: string): Record<string, TypedData> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return {};
    return Object.fromEntries(Object.entries(parsed).map(([key, value]) => [key, { json: JSON.stringify(value) }]));
  } catch {
    return {};
  }
}
