using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using EwasteEpr.Kernel;
using Microsoft.AspNetCore.Mvc.Filters;

namespace EwasteEpr.Web.Hosting;

/// <summary>The action does a thing once for each key: the header <c>Idempotency-Key</c>, or the hidden field of a form.</summary>
/// <remarks>The action passes <see cref="IdempotentRequests.Idempotent"/> to its service and answers with <see cref="IdempotencyAnswers.ToResult"/>.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IdempotentAttribute : Attribute, IAsyncResourceFilter
{
    public const string Header = "Idempotency-Key";

    /// <summary>The hidden field that a page fills with a new id each time it is shown.</summary>
    public const string Field = "idempotencyKey";

    public async Task OnResourceExecutionAsync(ResourceExecutingContext context, ResourceExecutionDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        var http = context.HttpContext;
        var ct = http.RequestAborted;
        var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync(ct) : null;
        var key = http.Request.Headers[Header].ToString() is { Length: > 0 } header ? header : form?[Field].ToString() ?? "";
        if (key.Length is 0 or > 255 || !key.All(c => c is > ' ' and < '\x7f'))
        {
            context.Result = IdempotencyAnswers.KeyNeeded();
            return;
        }

        var route = $"{http.Request.Method} {context.ActionDescriptor.AttributeRouteInfo?.Template ?? http.Request.Path}";
        var principal = http.User.FindFirstValue(ClaimTypes.NameIdentifier) ?? "anonymous";
        var hash = form is null ? await HashBodyAsync(http.Request, ct) : await HashFormAsync(http.Request, form, ct);
        http.Features.Set(new IdempotentRequest(principal, route, key, hash));
        await next();
    }

    /// <summary>The path belongs to what is asked: the same key on another voucher is another question.</summary>
    private static byte[] Address(HttpRequest request) => Encoding.UTF8.GetBytes($"{request.Path}{request.QueryString}\n");

    private static async Task<byte[]> HashBodyAsync(HttpRequest request, CancellationToken ct)
    {
        request.EnableBuffering();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Address(request));
        var buffer = new byte[16384];
        for (int read; (read = await request.Body.ReadAsync(buffer, ct)) > 0;)
        {
            hash.AppendData(buffer, 0, read);
        }

        request.Body.Position = 0;
        return hash.GetHashAndReset();
    }

    /// <summary>Without the fields that change each time the page is shown.</summary>
    private static async Task<byte[]> HashFormAsync(HttpRequest request, IFormCollection form, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Address(request));
        foreach (var (name, values) in form.Where(field => field.Key is not Field and not "__RequestVerificationToken").OrderBy(field => field.Key, StringComparer.Ordinal))
        {
            foreach (var value in values)
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"{name.Length}:{name}={value?.Length}:{value}\n"));
            }
        }

        foreach (var file in form.Files)
        {
            await using var content = file.OpenReadStream();
            hash.AppendData(Encoding.UTF8.GetBytes($"{file.Name}={file.FileName}\n"));
            hash.AppendData(await SHA256.HashDataAsync(content, ct));
        }

        return hash.GetHashAndReset();
    }
}

public static class IdempotentRequests
{
    /// <exception cref="InvalidOperationException">The action is not marked <see cref="IdempotentAttribute"/>.</exception>
    public static IdempotentRequest Idempotent(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<IdempotentRequest>() ?? throw new InvalidOperationException("The action is not marked [Idempotent].");
    }
}
