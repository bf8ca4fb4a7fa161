// Package export_lback_plugin_handler is the interface to lback; the package message makes the
// message. The bindings fix the package's name.
package export_lback_plugin_handler

import (
	"fmt"

	. "example.com/my-plugin/bindings/lback_plugin_handler"
	"example.com/my-plugin/bindings/lback_plugin_http"
	"example.com/my-plugin/bindings/lback_plugin_log"
	"example.com/my-plugin/bindings/lback_plugin_types"
	. "go.bytecodealliance.org/pkg/wit/types"

	"example.com/my-plugin/message"
)

func Handle(event Event, settings string) Result[Unit, string] {
	if err := handle(event, settings); err != nil {
		return Err[Unit](err.Error())
	}
	return Ok[Unit, string](Unit{})
}

func handle(event Event, text string) error {
	settings, err := message.ParseSettings(text)
	if err != nil {
		return fmt.Errorf("its settings: %w", err)
	}
	posted := message.Message{Id: event.Id, Time: event.Time, Project: event.Sender.Project}
	if environment := event.Context.Environment; environment.IsSome() {
		name := environment.Some()
		posted.Environment = &name
	}
	switch event.Signal.Tag() {
	case lback_plugin_types.SignalAlembicCommandCompleted:
		completed := event.Signal.AlembicCommandCompleted()
		posted.Command, posted.Outcome, posted.Milliseconds = completed.Command, "completed", completed.DurationMs
	case lback_plugin_types.SignalAlembicCommandFailed:
		failed := event.Signal.AlembicCommandFailed()
		posted.Command, posted.Outcome, posted.Milliseconds = failed.Command, failed.ErrorType.SomeOr("failed"), failed.DurationMs
	default:
		return nil
	}
	return post(settings, posted.Body())
}

func post(settings message.Settings, body []byte) error {
	text := func(text string) []lback_plugin_http.Part {
		return []lback_plugin_http.Part{lback_plugin_http.MakePartText(text)}
	}
	headers := []lback_plugin_http.Header{{Name: "content-type", Value: text("application/json")}}
	if settings.Token != "" {
		// The host puts the value in: the plugin never sees it.
		value := append(text("Bearer "), lback_plugin_http.MakePartSecret(settings.Token))
		headers = append(headers, lback_plugin_http.Header{Name: "authorization", Value: value})
	}
	sent := lback_plugin_http.Send(lback_plugin_http.Request{
		Method: "POST", Url: text(settings.Url), Headers: headers, Body: body,
	})
	if sent.IsErr() {
		return errorOf(sent.Err())
	}
	answer := sent.Ok()
	lback_plugin_log.Log(lback_plugin_log.LevelDebug, fmt.Sprintf("the server answered %d", answer.Status))
	if answer.Status < 200 || answer.Status > 299 {
		return fmt.Errorf("the server answered %d", answer.Status)
	}
	return nil
}

func errorOf(failure lback_plugin_http.Error) error {
	switch failure.Tag() {
	case lback_plugin_http.ErrorInvalid:
		return fmt.Errorf("%s", failure.Invalid())
	case lback_plugin_http.ErrorRefused:
		return fmt.Errorf("%s", failure.Refused())
	case lback_plugin_http.ErrorUnreachable:
		return fmt.Errorf("%s", failure.Unreachable())
	default:
		return fmt.Errorf("%s", failure.Limit())
	}
}
