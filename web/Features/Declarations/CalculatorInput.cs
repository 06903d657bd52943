using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Reads the calculator's form as it arrives: fields first, then the file as a stream that nobody has buffered.</summary>
/// <remarks>The form's order makes it work: every field and the buttons for rows and paste stand before the file.</remarks>
public sealed class CalculatorInput
{
    private const int MostFields = 2_000;
    private const int MostFieldBytes = 16 * 1024 * 1024;

    private readonly HttpRequest request;
    private readonly MultipartReader? parts;

    private CalculatorInput(HttpRequest request, MultipartReader? parts)
    {
        this.request = request;
        this.parts = parts;
    }

    public CalculatorForm Form { get; } = new();

    /// <summary>The file, when the form has come to it, else none.</summary>
    public Stream? File { get; private set; }

    public string FileName { get; private set; } = "";

    /// <exception cref="BadHttpRequestException">The form is not one, or its fields are too large.</exception>
    public static async Task<CalculatorInput> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        var isMultipart = MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);
        var boundary = isMultipart ? HeaderUtilities.RemoveQuotes(type!.Boundary).Value : null;
        var input = new CalculatorInput(request, string.IsNullOrEmpty(boundary) ? null : new MultipartReader(boundary, request.Body) { BodyLengthLimit = null });
        if (input.parts is null)
        {
            await input.ReadPlainAsync(ct);
        }
        else
        {
            await input.ReadPartsAsync(input.parts, ct);
        }

        return input;
    }

    /// <summary>What is left of a request is taken from the wire, so that the browser gets to read the answer.</summary>
    public async Task DrainAsync(CancellationToken ct)
    {
        var buffer = new byte[64 * 1024];
        while (await request.Body.ReadAsync(buffer, ct) > 0)
        {
        }
    }

    private async Task ReadPlainAsync(CancellationToken ct)
    {
        if (!request.HasFormContentType)
        {
            throw new BadHttpRequestException("Not a form.");
        }

        foreach (var (name, values) in await request.ReadFormAsync(ct))
        {
            // Repeated names come apart here; the rows are put together again by their place.
            for (var i = 0; i < values.Count; i++)
            {
                TakePlain(name, values[i] ?? "", i);
            }
        }
    }

    private void TakePlain(string name, string value, int place)
    {
        if (name is "unu_key" or "description" or "units" or "mass_kg" && place < Form.Rows.Count)
        {
            var row = Form.Rows[place];
            _ = name switch
            {
                "unu_key" => row.UnuKey = value,
                "description" => row.Description = value,
                "units" => row.Units = value,
                _ => row.MassKg = value,
            };
            return;
        }

        Form.Take(name, value);
    }

    private async Task ReadPartsAsync(MultipartReader reader, CancellationToken ct)
    {
        var (fields, bytes) = (0, 0L);
        while (await reader.ReadNextSectionAsync(ct) is { } part)
        {
            if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition))
            {
                continue;
            }

            if (disposition.IsFileDisposition())
            {
                var name = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value ?? "";
                if (name.Length > 0 && Form.Way is "" or "file" && !Form.IsLanguageSwitch && !Form.AddRows)
                {
                    (File, FileName) = (part.Body, Path.GetFileName(name));
                    return;
                }

                continue;
            }

            using var text = new StreamReader(part.Body, Encoding.UTF8);
            var value = await ReadFieldAsync(text, MostFieldBytes - bytes, ct);
            bytes += value.Length;
            if (++fields > MostFields)
            {
                throw new BadHttpRequestException("Too many fields.", StatusCodes.Status413PayloadTooLarge);
            }

            Form.Take(HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "", value);
        }
    }

    private static async Task<string> ReadFieldAsync(StreamReader reader, long most, CancellationToken ct)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        int count;
        while ((count = await reader.ReadAsync(buffer, ct)) > 0)
        {
            text.Append(buffer, 0, count);
            if (text.Length > most)
            {
                throw new BadHttpRequestException("The pasted table is too large: give it as a file.", StatusCodes.Status413PayloadTooLarge);
            }
        }

        return text.ToString();
    }
}
