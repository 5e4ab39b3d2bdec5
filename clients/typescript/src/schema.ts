// Generated from the server's OpenAPI document: cargo xtask client

export interface paths {
    "/chat/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Texts that went through channels after a cursor, oldest first, with their metadata; waits while there are none
         * @description With `Accept: text/event-stream` the answer does not end: each event is sent when it happens, with its cursor as
         *     `id:`, `message` as `event:` and itself as `data:`. `Last-Event-ID` goes on after the last one received.
         */
        get: operations["listChatEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/chat/v1/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends a text to a channel, which exists once its visitor has written through the widget */
        post: operations["sendChatMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events/v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened after a cursor, oldest first; waits while there is nothing
         * @description With `Accept: text/event-stream` the answer does not end: each event is sent when it happens, with its cursor as
         *     `id:`, its type as `event:` and itself as `data:`. `Last-Event-ID` goes on after the last one received.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inbox/v2/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The one conversation of a participant; made if there is none yet */
        post: operations["getOrCreateConversation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inbox/v2/conversations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A conversation by its id */
        get: operations["getConversation"];
        put?: never;
        post?: never;
        /** Deletes a conversation with everything that was said in it */
        delete: operations["deleteConversation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inbox/v2/conversations/{id}/channels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the participant can be reached */
        get: operations["listConversationChannels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inbox/v2/conversations/{id}/indications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** One side has been handed messages, or has looked at them */
        post: operations["addMessageIndications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inbox/v2/conversations/{id}/messages/{messageId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A message by its id */
        get: operations["getMessage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inbox/v2/conversations/{id}/messages/{messageId}/indications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far a message has got */
        get: operations["getMessageIndications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inbox/v2/conversations/{id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** One side has read the conversation */
        post: operations["readConversation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inbox/v2/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A page of a conversation's messages */
        get: operations["listMessages"];
        put?: never;
        /** Sends a message of any type into a conversation */
        post: operations["sendMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description `POST /inbox/v2/conversations/{id}/indications`: a side has been handed messages, or has looked at them. */
        AddMessageIndicationsRequest: {
            /** @enum {string} */
            indication: "SENT" | "DELIVERED" | "SEEN";
            /** @description 1 to 100; required. What is true of a message is true of those before it. */
            messageIds: components["schemas"]["MessageId"][];
            performedBy?: components["schemas"]["Side"] | null;
        };
        /**
         * Format: uuid
         * @description A program with credentials that sends or listens; a GUID.
         */
        AppId: string;
        /** @description An error that is not about one field. */
        ApplicationError: {
            /** @description One of [`code`]. */
            code: string;
            /** @description What a program may want; `{}` when there is nothing. */
            data: {
                [key: string]: unknown;
            };
            /** @description For people. */
            description: string;
        };
        /** @description A label at a message (`inbox-api.md` section 2.5). */
        Badge: {
            /** @description The widget shows a badge only where this is `BUSINESS_AND_PARTICIPANT`. */
            badgeVisibility?: components["schemas"]["BadgeVisibility"];
            /** @description `http` or `https`. */
            iconUrl?: string | null;
            /** @description Short. */
            text?: string | null;
        };
        /** @description A label at a message (`inbox-api.md` section 2.5). */
        BadgeInput: {
            /**
             * @description The widget shows a badge only where this is `BUSINESS_AND_PARTICIPANT`.
             * @enum {string|null}
             */
            badgeVisibility?: "BUSINESS_AND_PARTICIPANT" | "BUSINESS" | "UNKNOWN_BADGE_VISIBILITY" | null;
            /** @description `http` or `https`. */
            iconUrl?: string | null;
            /** @description Short. */
            text?: string | null;
        };
        /**
         * @description Who may see a badge.
         * @enum {string}
         */
        BadgeVisibility: "BUSINESS_AND_PARTICIPANT" | "BUSINESS" | "UNKNOWN_BADGE_VISIBILITY";
        /** @description Text, pictures and files, at least one. */
        BasicContent: {
            /** @description 1 to 30, each shown as a message of its own, in order. */
            items: components["schemas"]["BasicItem"][];
        };
        /** @description Text, pictures and files, at least one. */
        BasicContentInput: {
            /** @description 1 to 30, each shown as a message of its own, in order. */
            items: components["schemas"]["BasicItemInput"][];
        };
        BasicItem: {
            file?: components["schemas"]["FileMessage"] | null;
            image?: components["schemas"]["ImageMessage"] | null;
            text?: string | null;
        };
        BasicItemInput: {
            file?: null;
            image?: null;
            text: string;
        } | {
            file?: null;
            image: components["schemas"]["ImageMessageInput"];
            text?: null;
        } | {
            file: components["schemas"]["FileMessageInput"];
            image?: null;
            text?: null;
        };
        /** @description A participant pressed a postback button. The clicked message's id is not part of it on this wire. */
        ButtonInteracted: {
            appId?: components["schemas"]["AppId"] | null;
            /** @description Where. */
            conversationId: components["schemas"]["ConversationId"];
            /** @description Who pressed it. */
            interactedBy: components["schemas"]["Sender"];
            /** @description The sender's own id for the button. */
            interactionId: string;
        };
        /**
         * @description The medium a message travels by.
         * @enum {string}
         */
        ChannelType: "CHAT" | "EMAIL" | "SMS" | "FACEBOOK" | "INSTAGRAM" | "WHATSAPP" | "UNKNOWN_CHANNEL_TYPE";
        /**
         * @description Who wrote a chat event's message, as this wire spells it.
         * @enum {string}
         */
        ChatDirection: "VisitorToBusiness" | "BusinessToVisitor";
        /** @description A text went through a channel, in either direction (`onMessage`, `inbox-api.md` section 4.2). */
        ChatEvent: {
            /** @description The conversation's id. */
            channelId: components["schemas"]["ConversationId"];
            /** @description `YYYY-MM-DDThh:mm:ss.sssZ`. */
            createdAt: string;
            /** @description Who wrote it. */
            direction: components["schemas"]["ChatDirection"];
            /** @description A GUID, the same as in `/events/v1`; receivers drop repeats by it. */
            id: components["schemas"]["EventId"];
            /** @description As the sending program gave it; `{}` when none. */
            metadata: {
                [key: string]: unknown;
            };
            /** @description Of the sender; the owner's for everything that the business sends. */
            participantId: string;
            /** @description What it says. */
            payload: components["schemas"]["ChatPayload"];
            /** @description The first 250 characters of it. */
            summary: string;
            /** @description `TEXT`. */
            type: components["schemas"]["ChatMessageType"];
        };
        /** @description Answer of `GET /chat/v1/events?after=CURSOR&limit=100&wait=SECONDS`. */
        ChatEventsPage: {
            /** @description What to pass as `after` next. Of the same log as the cursors of `/events/v1`. */
            cursor: string;
            /** @description Oldest first; empty when nothing came within the wait. */
            events: components["schemas"]["ChatEvent"][];
        };
        /**
         * @description What kind of message a chat event is about.
         * @enum {string}
         */
        ChatMessageType: "TEXT";
        /** @description The words of a chat event. */
        ChatPayload: {
            /** @description All texts of the message, each on a line of its own. */
            text: string;
        };
        /**
         * @description Which payload a content holds; set by the server.
         * @enum {string}
         */
        ContentType: "BASIC" | "TEMPLATE" | "MINIMAL" | "FORM" | "SYSTEM" | "UNSUPPORTED" | "UNKNOWN_CONTENT";
        /** @description A conversation; every field is set by the server. */
        Conversation: {
            /** @description Name and picture of the site. */
            businessDisplayData: components["schemas"]["DisplayData"];
            /** @description Where the participant can be reached; `["CHAT"]` once they wrote in the widget. */
            channels: components["schemas"]["ChannelType"][];
            /** @description A GUID of version 3, derived from site and participant. */
            id: components["schemas"]["ConversationId"];
            /** @description Whose it is. */
            participant: components["schemas"]["ParticipantId"];
            /** @description Name and picture of the participant. */
            participantDisplayData: components["schemas"]["DisplayData"];
        };
        /**
         * Format: uuid
         * @description The log between one participant and the business; a GUID of version 3, derived from site and participant.
         */
        ConversationId: string;
        /** @description Conversations of one participant became one. */
        ConversationsMerged: {
            /** @description Merged away. */
            oldConversationIds: components["schemas"]["ConversationId"][];
            /** @description What goes on. */
            targetConversationId: components["schemas"]["ConversationId"];
        };
        /** @description Places before and after a page. */
        Cursors: {
            /** @description Further in the asked order. */
            next?: string | null;
            /** @description Back. */
            prev?: string | null;
        };
        /**
         * @description Who sent a message to whom.
         * @enum {string}
         */
        Direction: "BUSINESS_TO_PARTICIPANT" | "PARTICIPANT_TO_BUSINESS" | "UNKNOWN_DIRECTION";
        /** @description Name and picture of one side. */
        DisplayData: {
            /** @description `http` or `https`. */
            imageUrl?: string | null;
            /** @description Shown name. */
            name?: string | null;
        };
        /** @description Answer of calls that have nothing to say: `{}`. */
        EmptyAnswer: Record<string, never>;
        /** @description The body of every error answer. */
        ErrorBody: {
            /** @description Exactly one of the two forms. */
            details: components["schemas"]["ErrorDetails"];
            /** @description For people; equal to the description of an application error. */
            message: string;
        };
        /** @description One of the two forms of error details. */
        ErrorDetails: {
            /** @description The input is wrong, field by field. */
            validationError: {
                /** @description At least one. */
                fieldViolations: components["schemas"]["FieldViolation"][];
            };
        } | {
            /** @description Everything else. */
            applicationError: components["schemas"]["ApplicationError"];
        };
        /** @description One entry of the event log: `{id, type, createdDate, data}`. */
        Event: components["schemas"]["EventBody"] & {
            /** @description `YYYY-MM-DDThh:mm:ss.sssZ`. */
            createdDate: string;
            /** @description A GUID; receivers drop repeats by it. */
            id: components["schemas"]["EventId"];
        };
        /** @description A durable fact, with its type and body. */
        EventBody: {
            /** @description A participant pressed a postback button. */
            data: components["schemas"]["ButtonInteracted"];
            /** @enum {string} */
            type: "wix.crm.inbox.v2.message_button_interacted";
        } | {
            /** @description A message to the business. */
            data: components["schemas"]["MessageSentToBusiness"];
            /** @enum {string} */
            type: "wix.crm.inbox.v2.message_message_sent_to_business";
        } | {
            /** @description A message to the participant. */
            data: components["schemas"]["MessageSentToParticipant"];
            /** @enum {string} */
            type: "wix.crm.inbox.v2.message_message_sent_to_participant";
        } | {
            /** @description Conversations of one participant became one. */
            data: components["schemas"]["ConversationsMerged"];
            /** @enum {string} */
            type: "wix.crm.inbox.v2.conversation_conversations_merged";
        };
        /** @description A durable fact in the event log; a GUID. Receivers drop repeats by it. */
        EventId: string;
        /** @description Answer of `GET /events/v1?after=CURSOR&limit=100&wait=SECONDS`. */
        EventsPage: {
            /** @description What to pass as `after` next; the same one when nothing came. */
            cursor: string;
            /** @description Oldest first; empty when nothing came within the wait. */
            events: components["schemas"]["Event"][];
        };
        /** @description One thing wrong with the input, by its place in the request. */
        FieldViolation: {
            /** @description What a program may want: the limit, the size found. */
            data?: {
                [key: string]: unknown;
            } | null;
            /** @description Reads well right after the field's name. */
            description: string;
            /** @description Path in the request, `message.content.template.buttons[3].label`. */
            field: string;
            /** @description Name of the rule where it is `OTHER`. */
            ruleName?: string | null;
            /** @description The rule. */
            violatedRule: components["schemas"]["Rule"];
        };
        /** @description A file. At least one of `id` and `url` is given on input; the server writes both for its own media. */
        FileMessage: {
            /** @description At most 255. */
            filename?: string | null;
            id?: components["schemas"]["MediaId"] | null;
            /** @description At most 100. */
            mimeType?: string | null;
            /**
             * Format: int64
             * @description Ours: bytes, where the server knows.
             */
            sizeBytes?: number | null;
            /** @description `http` or `https`; at most 2000. For stored files valid until `urlExpiration`. */
            url?: string | null;
            /** @description When `url` stops working; set by the server. */
            urlExpiration?: string | null;
        };
        /** @description A file. At least one of `id` and `url` is given on input; the server writes both for its own media. */
        FileMessageInput: {
            /** @description At most 255. */
            filename?: string | null;
            id?: string | null;
            /** @description At most 100. */
            mimeType?: string | null;
            /**
             * Format: int64
             * @description Ours: bytes, where the server knows.
             */
            sizeBytes?: number | null;
            /** @description `http` or `https`; at most 2000. For stored files valid until `urlExpiration`. */
            url?: string | null;
        } | {
            url: string;
        } | {
            id: string;
        };
        /** @description What somebody filled in. */
        FormContent: {
            /** @description 1 to 16384 where given. */
            description?: string | null;
            /** @description 1 to 15. */
            fields: components["schemas"]["FormField"][];
            /** @description At most 15. */
            media: components["schemas"]["FormMedia"][];
            /** @description 1 to 256. */
            title: string;
        };
        /** @description What somebody filled in. */
        FormContentInput: {
            /** @description 1 to 16384 where given. */
            description?: string | null;
            /** @description 1 to 15. */
            fields: components["schemas"]["FormFieldInput"][];
            /** @description At most 15. */
            media?: components["schemas"]["FormMediaInput"][] | null;
            /** @description 1 to 256. */
            title: string;
        };
        /** @description One answer of a form. */
        FormField: {
            /** @description At most 8192. */
            name: string;
            /** @description At most 8192. */
            value: string;
        };
        /** @description One answer of a form. */
        FormFieldInput: {
            /** @description At most 8192. */
            name?: string | null;
            /** @description At most 8192. */
            value?: string | null;
        };
        FormMedia: {
            file?: components["schemas"]["FileMessage"] | null;
            image?: components["schemas"]["ImageMessage"] | null;
        };
        FormMediaInput: {
            file?: null;
            image: components["schemas"]["ImageMessageInput"];
        } | {
            file: components["schemas"]["FileMessageInput"];
            image?: null;
        };
        /** @description Answer of `GET /inbox/v2/conversations/{id}`. */
        GetConversationAnswer: {
            /** @description Wrapped, because the official SDK reads only this member. */
            conversation: components["schemas"]["Conversation"];
        };
        /** @description Answer of `GET /inbox/v2/conversations/{id}/messages/{messageId}`. */
        GetMessageAnswer: {
            /** @description As stored. */
            message: components["schemas"]["Message"];
        };
        /** @description Answer of `GET /inbox/v2/conversations/{id}/messages/{messageId}/indications`. */
        GetMessageIndicationsAnswer: {
            /** @description `SENT` first, then what came after it. */
            messageIndications: components["schemas"]["MessageIndication"][];
        };
        /** @description Answer of `POST /inbox/v2/conversations`. */
        GetOrCreateConversationAnswer: {
            /** @description The one conversation of this participant. */
            conversation: components["schemas"]["Conversation"];
            /** @description Whether this call created it. */
            newConversation: boolean;
        };
        /** @description `POST /inbox/v2/conversations`. */
        GetOrCreateConversationRequest: {
            participantId: components["schemas"]["ParticipantId"];
        };
        /** @description A picture. At least one of `id` and `url` is given on input; the server writes both for its own media. */
        ImageMessage: {
            /** @description At most 255. */
            filename?: string | null;
            /**
             * Format: int32
             * @description Pixels of the original.
             */
            height?: number | null;
            id?: components["schemas"]["MediaId"] | null;
            /** @description `http` or `https`; at most 2000. For stored pictures valid until `urlExpiration`. */
            url?: string | null;
            /** @description When `url` stops working; set by the server. */
            urlExpiration?: string | null;
            /**
             * Format: int32
             * @description Pixels of the original.
             */
            width?: number | null;
        };
        /** @description A picture. At least one of `id` and `url` is given on input; the server writes both for its own media. */
        ImageMessageInput: {
            /** @description At most 255. */
            filename?: string | null;
            /**
             * Format: int32
             * @description Pixels of the original.
             */
            height?: number | null;
            id?: string | null;
            /** @description `http` or `https`; at most 2000. For stored pictures valid until `urlExpiration`. */
            url?: string | null;
            /**
             * Format: int32
             * @description Pixels of the original.
             */
            width?: number | null;
        } | {
            url: string;
        } | {
            id: string;
        };
        /**
         * @description How far the other side has got with one's messages (`inbox-api.md` section 2.7).
         * @enum {string}
         */
        IndicationType: "SENT" | "DELIVERED" | "SEEN" | "ERROR" | "UNKNOWN_INDICATION_TYPE";
        /** @description The interaction a message came from. */
        InteractionInfo: {
            /** @description The app that sent the button. */
            appId: components["schemas"]["AppId"];
            /** @description The sender's own id for the button. */
            interactionId: string;
        };
        /** @description Answer of `GET /inbox/v2/conversations/{id}/channels`. */
        ListConversationChannelsAnswer: {
            /** @description `["CHAT"]` once the participant has written in the widget. */
            channelIds: string[];
        };
        /** @description Answer of `GET /inbox/v2/messages`. */
        ListMessagesAnswer: {
            /** @description In the asked order. */
            messages: components["schemas"]["Message"][];
            /** @description Count and cursors. */
            pagingMetadata: components["schemas"]["PagingMetadata"];
        };
        /** @description A stored picture or file; opaque text of at most 2000 characters. */
        MediaId: string;
        /** @description A stored message, complete; written by the server only. */
        Message: {
            appId?: components["schemas"]["AppId"] | null;
            /** @description At most 1; written out when empty. */
            badges: components["schemas"]["Badge"][];
            /** @description What it says. */
            content: components["schemas"]["MessageContent"];
            /** @description When it was accepted; `YYYY-MM-DDThh:mm:ss.sssZ`. */
            createdDate: string;
            /** @description Who to whom. */
            direction: components["schemas"]["Direction"];
            /** @description The sequence as digits. */
            id: components["schemas"]["MessageId"];
            /** @description Who wrote it. */
            sender: components["schemas"]["Sender"];
            /** @description Order within the conversation. */
            sequence: components["schemas"]["Sequence"];
            /** @description Leaves unread count and preview line alone. */
            silent: boolean;
            /** @description Deprecated on the wire; `UNKNOWN_CHANNEL_TYPE` where not given. */
            sourceChannel: components["schemas"]["ChannelType"];
            /** @description At most 100. */
            sourceChannelId?: string | null;
            /** @description At most 100 of at most 100; written out when empty. */
            targetChannelIds: string[];
            /** @description Deprecated on the wire; written out when empty. */
            targetChannels: components["schemas"]["ChannelType"][];
            /** @description Which side may see it. */
            visibility: components["schemas"]["Visibility"];
        };
        /** @description What a message says: exactly one payload, named by `contentType`. */
        MessageContent: {
            basic?: components["schemas"]["BasicContent"] | null;
            contentType: components["schemas"]["ContentType"] | null;
            form?: components["schemas"]["FormContent"] | null;
            minimal?: components["schemas"]["MinimalContent"] | null;
            previewText?: string | null;
            system?: components["schemas"]["SystemContent_Button"] | null;
            template?: components["schemas"]["TemplateContent_Button"] | null;
            title?: string | null;
        };
        MessageContentInput: {
            basic: components["schemas"]["BasicContentInput"];
            form?: null;
            minimal?: null;
            previewText?: string | null;
            template?: null;
            title?: string | null;
        } | {
            basic?: null;
            form?: null;
            minimal?: null;
            previewText?: string | null;
            template: components["schemas"]["TemplateContent_ButtonInput"];
            title?: string | null;
        } | {
            basic?: null;
            form?: null;
            minimal: components["schemas"]["MinimalContentInput"];
            previewText?: string | null;
            template?: null;
            title?: string | null;
        } | {
            basic?: null;
            form: components["schemas"]["FormContentInput"];
            minimal?: null;
            previewText?: string | null;
            template?: null;
            title?: string | null;
        };
        /** @description A message as it is handed in. What the server sets (id, sequence, createdDate, sender, appId) is ignored. */
        MessageDraft: {
            /** @description At most 1. */
            badges?: components["schemas"]["BadgeInput"][] | null;
            content: components["schemas"]["MessageContentInput"];
            /** @enum {string} */
            direction: "BUSINESS_TO_PARTICIPANT" | "PARTICIPANT_TO_BUSINESS";
            /** @description Leaves unread count and preview line alone. */
            silent?: boolean | null;
            sourceChannel?: components["schemas"]["ChannelType"] | null;
            /** @description At most 100. */
            sourceChannelId?: string | null;
            /** @description At most 100 of at most 100. */
            targetChannelIds?: string[] | null;
            /** @description Deprecated on the wire. */
            targetChannels?: components["schemas"]["ChannelType"][] | null;
            /** @enum {string} */
            visibility: "BUSINESS_AND_PARTICIPANT" | "BUSINESS";
        };
        /** @description A message's sequence as digits. */
        MessageId: string;
        /** @description How far one message has got with the side that it is for. */
        MessageIndication: {
            /** @description The medium by which it got there. */
            channel: components["schemas"]["ChannelType"];
            /** @description Where. */
            conversationId: components["schemas"]["ConversationId"];
            /** @description Which. */
            messageId: components["schemas"]["MessageId"];
            /** @description When; only `SENT` has one: of the others is kept how far a side has got, not when it got there. */
            timestamp?: string | null;
            /** @description `SENT`, `DELIVERED` or `SEEN`. */
            type: components["schemas"]["IndicationType"];
        };
        /** @description A message to the business. */
        MessageSentToBusiness: {
            /** @description Where. */
            conversationId: components["schemas"]["ConversationId"];
            interactionInfo?: components["schemas"]["InteractionInfo"] | null;
            /** @description As stored. */
            message: components["schemas"]["Message"];
        };
        /** @description A message to the participant. */
        MessageSentToParticipant: {
            /** @description Where. */
            conversationId: components["schemas"]["ConversationId"];
            /** @description As stored. */
            message: components["schemas"]["Message"];
        };
        /** @description One line that reports an activity. */
        MinimalContent: {
            /** @description `http` or `https`; at most 2000. */
            iconUrl?: string | null;
            /** @description 1 to 16384. */
            text: string;
            /** @description Opened when the line is clicked; `http` or `https`; at most 2000. */
            url?: string | null;
        };
        /** @description One line that reports an activity. */
        MinimalContentInput: {
            /** @description `http` or `https`; at most 2000. */
            iconUrl?: string | null;
            /** @description 1 to 16384. */
            text: string;
            /** @description Opened when the line is clicked; `http` or `https`; at most 2000. */
            url?: string | null;
        };
        /**
         * @description Layout of a template card.
         * @enum {string}
         */
        Orientation: "PORTRAIT" | "LANDSCAPE" | "UNKNOWN_ORIENTATION";
        /** @description `pagingMetadata` of an answer. */
        PagingMetadata: {
            /**
             * Format: int32
             * @description Messages in this page.
             */
            count: number;
            /** @description Only what exists: `next` where there is more. */
            cursors: components["schemas"]["Cursors"];
        };
        ParticipantId: {
            /** Format: uuid */
            anonymousVisitorId: string;
            contactId?: null;
            memberId?: null;
        } | {
            anonymousVisitorId?: null;
            /** Format: uuid */
            contactId: string;
            memberId?: null;
        } | {
            anonymousVisitorId?: null;
            contactId?: null;
            /** Format: uuid */
            memberId: string;
        };
        /** @description What a postback button reports; never crosses to a participant. */
        PostbackProperties: {
            appId?: components["schemas"]["AppId"] | null;
            /** @description RFC 3339; from then on the button is expired. */
            expirationDate?: string | null;
            /** @description The sender's own id for the button; 1 to 256. */
            interactionId: string;
            /** @description How often it may be pressed; `ONCE` where not given. */
            uses?: components["schemas"]["PostbackUse"];
        };
        /** @description What a postback button reports; never crosses to a participant. */
        PostbackPropertiesInput: {
            /**
             * Format: date-time
             * @description RFC 3339; from then on the button is expired.
             */
            expirationDate?: string | null;
            /** @description The sender's own id for the button; 1 to 256. */
            interactionId: string;
            /**
             * @description How often it may be pressed; `ONCE` where not given.
             * @enum {string|null}
             */
            uses?: "ONCE" | "ONCE_PER_GROUP" | "REPEATABLE" | null;
        };
        /**
         * @description How often one participant may press a postback button (`design.md` section 4, rule 10).
         * @enum {string}
         */
        PostbackUse: "ONCE" | "ONCE_PER_GROUP" | "REPEATABLE" | "UNKNOWN_POSTBACK_USE";
        /** @description `POST /inbox/v2/conversations/{id}/read`. */
        ReadConversationRequest: {
            /** @description At most 100. There is one channel, so it changes nothing. */
            channelId?: string | null;
            readBy?: components["schemas"]["ParticipantId"] | null;
            /**
             * Format: date-time
             * @description RFC 3339: everything up to this instant; everything where absent.
             */
            timestamp?: string | null;
        };
        /**
         * @description Names of the rules that input can break (`inbox-api.md` section 1.8).
         * @enum {string}
         */
        Rule: "REQUIRED_FIELD" | "MIN_LENGTH" | "MAX_LENGTH" | "MIN_SIZE" | "MAX_SIZE" | "MIN" | "MAX" | "FORMAT" | "INVALID_ENUM_VALUE" | "REQUIRED_ONE_OF_FIELD" | "ONE_OF_ALIGNMENT" | "OTHER";
        /** @description Answer of `POST /chat/v1/messages`: the wire promises nothing; the stored message's id is ours. */
        SendChatMessageAnswer: {
            /** @description Id of the stored message. */
            messageId: components["schemas"]["MessageId"];
        };
        /** @description `POST /chat/v1/messages`. A channel is a conversation to which the participant has written through the widget. */
        SendChatMessageRequest: {
            /**
             * Format: uuid
             * @description The conversation's id; required.
             */
            channelId: string;
            /** @description 1 to 16384; required. */
            messageText: string;
            /** @description Context for programs, an object; never shown or sent to the participant. */
            metadata?: {
                [key: string]: unknown;
            } | null;
            /** @description True: participant to business; absent or false: business to participant. */
            sendAsVisitor?: boolean | null;
        };
        /** @description Answer of `POST /inbox/v2/messages`. */
        SendMessageAnswer: {
            /** @description As stored. */
            message: components["schemas"]["Message"];
        };
        /** @description `POST /inbox/v2/messages`. */
        SendMessageRequest: {
            /**
             * Format: uuid
             * @description A GUID; required.
             */
            conversationId: string;
            message: components["schemas"]["MessageDraft"];
            /** @enum {string|null} */
            sendAs?: "CALLER" | "PARTICIPANT" | "BUSINESS_USER" | null;
            /** @description Notify the receiver; default false. */
            sendNotifications?: boolean | null;
            /** @description As `message.silent`; deprecated on the wire. */
            silent?: boolean | null;
        };
        /** @description Who wrote a message or pressed a button: `IdentificationData` (`inbox-api.md` section 2.6), one member. */
        Sender: {
            /** @description An anonymous visitor. */
            anonymousVisitorId: string;
        } | {
            /** @description A contact. */
            contactId: string;
        } | {
            /** @description A member. */
            memberId: string;
        } | {
            /** @description A person of the staff. */
            wixUserId: string;
        } | {
            /** @description An app or API key. */
            appId: string;
        };
        /** @description Order within a conversation: digits, rising, not consecutive. */
        Sequence: string;
        /**
         * @description One of the two sides (`PerformedBy` on the wire).
         * @enum {string}
         */
        Side: "BUSINESS" | "PARTICIPANT" | "UNKNOWN_PERFORMED_BY";
        /** @description A notice of the system; may be read, is never accepted. */
        SystemContent_Button: {
            /** @description At most 10. */
            buttons?: {
                label?: string;
                launchUrl?: string | null;
                postbackProperties?: components["schemas"]["PostbackProperties"] | null;
            }[];
            /** @description `http` or `https`; at most 2000. */
            imageUrl?: string | null;
            /** @description At most 16384; line feeds are line breaks. */
            text?: string;
        };
        /** @description A card. */
        TemplateContent_Button: {
            /** @description At most 10. */
            buttons: {
                label?: string;
                launchUrl?: string | null;
                postbackProperties?: components["schemas"]["PostbackProperties"] | null;
            }[];
            /** @description `http` or `https`; at most 2000. */
            imageUrl?: string | null;
            /** @description Layout; `PORTRAIT` where not given. */
            orientation: components["schemas"]["Orientation"];
            /** @description At most 10 of at most 512. */
            textLines: string[];
            /** @description At most 512. */
            title?: string | null;
        };
        /** @description A card. */
        TemplateContent_ButtonInput: {
            /** @description At most 10. */
            buttons?: ({
                label: string;
                launchUrl: string;
                postbackProperties?: null;
            } | {
                label: string;
                launchUrl?: null;
                postbackProperties: components["schemas"]["PostbackPropertiesInput"];
            })[] | null;
            /** @description `http` or `https`; at most 2000. */
            imageUrl?: string | null;
            /**
             * @description Layout; `PORTRAIT` where not given.
             * @enum {string|null}
             */
            orientation?: "PORTRAIT" | "LANDSCAPE" | "UNKNOWN_ORIENTATION" | null;
            /** @description At most 10 of at most 512. */
            textLines?: string[] | null;
            /** @description At most 512. */
            title?: string | null;
        };
        /**
         * @description Which side may see a message.
         * @enum {string}
         */
        Visibility: "BUSINESS_AND_PARTICIPANT" | "BUSINESS" | "UNKNOWN_VISIBILITY";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type AddMessageIndicationsRequest = components['schemas']['AddMessageIndicationsRequest'];
export type AppId = components['schemas']['AppId'];
export type ApplicationError = components['schemas']['ApplicationError'];
export type Badge = components['schemas']['Badge'];
export type BadgeInput = components['schemas']['BadgeInput'];
export type BadgeVisibility = components['schemas']['BadgeVisibility'];
export type BasicContent = components['schemas']['BasicContent'];
export type BasicContentInput = components['schemas']['BasicContentInput'];
export type BasicItem = components['schemas']['BasicItem'];
export type BasicItemInput = components['schemas']['BasicItemInput'];
export type ButtonInteracted = components['schemas']['ButtonInteracted'];
export type ChannelType = components['schemas']['ChannelType'];
export type ChatDirection = components['schemas']['ChatDirection'];
export type ChatEvent = components['schemas']['ChatEvent'];
export type ChatEventsPage = components['schemas']['ChatEventsPage'];
export type ChatMessageType = components['schemas']['ChatMessageType'];
export type ChatPayload = components['schemas']['ChatPayload'];
export type ContentType = components['schemas']['ContentType'];
export type Conversation = components['schemas']['Conversation'];
export type ConversationId = components['schemas']['ConversationId'];
export type ConversationsMerged = components['schemas']['ConversationsMerged'];
export type Cursors = components['schemas']['Cursors'];
export type Direction = components['schemas']['Direction'];
export type DisplayData = components['schemas']['DisplayData'];
export type EmptyAnswer = components['schemas']['EmptyAnswer'];
export type ErrorBody = components['schemas']['ErrorBody'];
export type ErrorDetails = components['schemas']['ErrorDetails'];
export type Event = components['schemas']['Event'];
export type EventBody = components['schemas']['EventBody'];
export type EventId = components['schemas']['EventId'];
export type EventsPage = components['schemas']['EventsPage'];
export type FieldViolation = components['schemas']['FieldViolation'];
export type FileMessage = components['schemas']['FileMessage'];
export type FileMessageInput = components['schemas']['FileMessageInput'];
export type FormContent = components['schemas']['FormContent'];
export type FormContentInput = components['schemas']['FormContentInput'];
export type FormField = components['schemas']['FormField'];
export type FormFieldInput = components['schemas']['FormFieldInput'];
export type FormMedia = components['schemas']['FormMedia'];
export type FormMediaInput = components['schemas']['FormMediaInput'];
export type GetConversationAnswer = components['schemas']['GetConversationAnswer'];
export type GetMessageAnswer = components['schemas']['GetMessageAnswer'];
export type GetMessageIndicationsAnswer = components['schemas']['GetMessageIndicationsAnswer'];
export type GetOrCreateConversationAnswer = components['schemas']['GetOrCreateConversationAnswer'];
export type GetOrCreateConversationRequest = components['schemas']['GetOrCreateConversationRequest'];
export type ImageMessage = components['schemas']['ImageMessage'];
export type ImageMessageInput = components['schemas']['ImageMessageInput'];
export type IndicationType = components['schemas']['IndicationType'];
export type InteractionInfo = components['schemas']['InteractionInfo'];
export type ListConversationChannelsAnswer = components['schemas']['ListConversationChannelsAnswer'];
export type ListMessagesAnswer = components['schemas']['ListMessagesAnswer'];
export type MediaId = components['schemas']['MediaId'];
export type Message = components['schemas']['Message'];
export type MessageContent = components['schemas']['MessageContent'];
export type MessageContentInput = components['schemas']['MessageContentInput'];
export type MessageDraft = components['schemas']['MessageDraft'];
export type MessageId = components['schemas']['MessageId'];
export type MessageIndication = components['schemas']['MessageIndication'];
export type MessageSentToBusiness = components['schemas']['MessageSentToBusiness'];
export type MessageSentToParticipant = components['schemas']['MessageSentToParticipant'];
export type MinimalContent = components['schemas']['MinimalContent'];
export type MinimalContentInput = components['schemas']['MinimalContentInput'];
export type Orientation = components['schemas']['Orientation'];
export type PagingMetadata = components['schemas']['PagingMetadata'];
export type ParticipantId = components['schemas']['ParticipantId'];
export type PostbackProperties = components['schemas']['PostbackProperties'];
export type PostbackPropertiesInput = components['schemas']['PostbackPropertiesInput'];
export type PostbackUse = components['schemas']['PostbackUse'];
export type ReadConversationRequest = components['schemas']['ReadConversationRequest'];
export type Rule = components['schemas']['Rule'];
export type SendChatMessageAnswer = components['schemas']['SendChatMessageAnswer'];
export type SendChatMessageRequest = components['schemas']['SendChatMessageRequest'];
export type SendMessageAnswer = components['schemas']['SendMessageAnswer'];
export type SendMessageRequest = components['schemas']['SendMessageRequest'];
export type Sender = components['schemas']['Sender'];
export type Sequence = components['schemas']['Sequence'];
export type Side = components['schemas']['Side'];
export type SystemContentButton = components['schemas']['SystemContent_Button'];
export type TemplateContentButton = components['schemas']['TemplateContent_Button'];
export type TemplateContentButtonInput = components['schemas']['TemplateContent_ButtonInput'];
export type Visibility = components['schemas']['Visibility'];
export type $defs = Record<string, never>;
export interface operations {
    listChatEvents: {
        parameters: {
            query?: {
                /** @description The cursor of the answer before; absent: from the beginning */
                after?: string;
                /** @description 1 to 1000, default 100 */
                limit?: number;
                /** @description Seconds to wait while there is nothing; 0 to 60, default 0 */
                wait?: number;
            };
            header?: {
                /** @description Of a stream: the last id received; wins over after */
                "Last-Event-ID"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page, or the stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChatEventsPage"];
                    "text/event-stream": string;
                };
            };
        };
    };
    sendChatMessage: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key again gets the first answer again */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SendChatMessageRequest"];
            };
        };
        responses: {
            /** @description Stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SendChatMessageAnswer"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description The cursor of the answer before; absent: from the beginning */
                after?: string;
                /** @description 1 to 1000, default 100 */
                limit?: number;
                /** @description Seconds to wait while there is nothing; 0 to 60, default 0 */
                wait?: number;
            };
            header?: {
                /** @description Of a stream: the last id received; wins over after */
                "Last-Event-ID"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page, or the stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventsPage"];
                    "text/event-stream": string;
                };
            };
        };
    };
    getOrCreateConversation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GetOrCreateConversationRequest"];
            };
        };
        responses: {
            /** @description The conversation */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetOrCreateConversationAnswer"];
                };
            };
        };
    };
    getConversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A GUID */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The conversation */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetConversationAnswer"];
                };
            };
        };
    };
    deleteConversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The conversation; a GUID */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EmptyAnswer"];
                };
            };
        };
    };
    listConversationChannels: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The conversation; a GUID */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The channels */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListConversationChannelsAnswer"];
                };
            };
        };
    };
    addMessageIndications: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The conversation; a GUID */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddMessageIndicationsRequest"];
            };
        };
        responses: {
            /** @description Recorded */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EmptyAnswer"];
                };
            };
        };
    };
    getMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The conversation; a GUID */
                id: string;
                /** @description Digits */
                messageId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetMessageAnswer"];
                };
            };
        };
    };
    getMessageIndications: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The conversation; a GUID */
                id: string;
                /** @description Digits */
                messageId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetMessageIndicationsAnswer"];
                };
            };
        };
    };
    readConversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The conversation; a GUID */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReadConversationRequest"];
            };
        };
        responses: {
            /** @description Recorded */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EmptyAnswer"];
                };
            };
        };
    };
    listMessages: {
        parameters: {
            query: {
                /** @description A GUID */
                conversationId: string;
                /** @description BUSINESS for all, BUSINESS_AND_PARTICIPANT for what the participant may see */
                visibility: "BUSINESS" | "BUSINESS_AND_PARTICIPANT";
                /** @description 0 to 100, default 30 */
                "paging.limit"?: number;
                /** @description From pagingMetadata.cursors.next */
                "paging.cursor"?: string;
                /** @description sequence */
                "sorting.fieldName"?: "sequence" | "message_sequence";
                /** @description ASC or DESC; newest first where absent */
                "sorting.order"?: "ASC" | "DESC";
                /** @description All of these as unpadded base64url of JSON; wins over the others */
                ".r"?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListMessagesAnswer"];
                };
            };
        };
    };
    sendMessage: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key again gets the first answer again */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SendMessageRequest"];
            };
        };
        responses: {
            /** @description The message as stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SendMessageAnswer"];
                };
            };
        };
    };
}
