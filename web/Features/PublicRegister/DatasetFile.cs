using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using EwasteEpr.Kernel;
using EwasteEpr.PublicRegister.OpenData;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.PublicRegister;

/// <summary>A dataset on its way out, row by row. Anybody may read it from a page of another site.</summary>
public sealed class DatasetFile(Dataset dataset, IAsyncEnumerable<object?[]> rows, bool asJson, string? licence, DateTimeOffset at) : IActionResult
{
    private const int FlushAt = 32 * 1024;
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    public async Task ExecuteResultAsync(ActionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (response, ct) = (context.HttpContext.Response, context.HttpContext.RequestAborted);
        response.Headers.AccessControlAllowOrigin = "*";
        response.Headers.CacheControl = "public, max-age=600";
        if (!asJson)
        {
            response.ContentType = "text/csv; charset=utf-8";
            response.Headers.ContentDisposition = $"attachment; filename=\"{dataset.Code}.csv\"";
            await CsvExport.WriteAsync(response.Body, dataset.Columns, rows, ct);
            return;
        }

        response.ContentType = "application/json; charset=utf-8";
        await using var writer = new Utf8JsonWriter(response.Body, Plain);
        writer.WriteStartObject();
        writer.WriteString("dataset", dataset.Code);
        writer.WriteString("licence", licence);
        writer.WriteString("generated_at", at.ToUniversalTime());
        writer.WriteStartArray("rows");
        await foreach (var row in rows.WithCancellation(ct))
        {
            writer.WriteStartObject();
            for (var i = 0; i < row.Length; i++)
            {
                writer.WritePropertyName(dataset.Columns[i]);
                Write(writer, row[i]);
            }

            writer.WriteEndObject();
            if (writer.BytesPending > FlushAt)
            {
                await writer.FlushAsync(ct);
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        await writer.FlushAsync(ct);
    }

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case bool yes:
                writer.WriteBooleanValue(yes);
                break;
            case decimal number:
                writer.WriteNumberValue(number);
                break;
            case double number:
                writer.WriteNumberValue(number);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case int number:
                writer.WriteNumberValue(number);
                break;
            case DateOnly day:
                writer.WriteStringValue(day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
                break;
            case DateTimeOffset instant:
                writer.WriteStringValue(instant.ToUniversalTime());
                break;
            default:
                writer.WriteStringValue(value.ToString());
                break;
        }
    }
}
