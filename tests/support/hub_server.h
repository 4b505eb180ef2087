#pragma once

#include <QCryptographicHash>
#include <QDir>
#include <QEventLoop>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QTimer>

namespace wordsight::test {

/// A model hub on this machine, as far as fetching a model needs one: the files of folders, each a repository, and
/// every way of failing. Answers from the event loop of the thread that made it.
class HubServer : public QTcpServer {
public:
    struct Answer {
        int status = 200;
        QByteArray headers; ///< each with its end of line
    };

    HubServer()
    {
        if (!listen(QHostAddress::LocalHost))
            qFatal("No server on this machine: %s", qPrintable(errorString()));
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket* socket = nextPendingConnection()) {
                connect(socket, &QTcpSocket::readyRead, socket, [this, socket] { read(socket); });
                connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            }
        });
    }

    QString address() const { return QString("http://127.0.0.1:%1").arg(serverPort()); }

    void add(const QString& repository, const QString& folder)
    {
        for (const QString& name : QDir(folder).entryList(QDir::Files)) {
            QFile file(folder + "/" + name);
            if (!file.open(QIODevice::ReadOnly))
                qFatal("%s", qPrintable(file.fileName()));
            m_files[repository][name] = file.readAll();
        }
    }
    QByteArray& file(const QString& repository, const QString& name) { return m_files[repository][name]; }

    /// What goes wrong, by the name of a file; "" stands for the description of the repository.
    QHash<QString, Answer> answers;
    QHash<QString, QList<qint64>> breaks; ///< connections break after so many bytes, one after the other
    QHash<QString, qint64> stalls;        ///< nothing more after so many bytes
    QHash<QString, QByteArray> instead;   ///< sent in place of what was described
    QString redirectTo;                   ///< files are elsewhere: put in front of their path
    bool ranges = true;                   ///< else every answer is a whole file
    QJsonObject more;                     ///< of the description

    struct Request {
        QString path;
        qint64 from = 0;
        QByteArray authorization;
    };
    QList<Request> requests;
    qint64 sent = 0; ///< bytes of weights

private:
    void read(QTcpSocket* socket)
    {
        QByteArray& head = m_heads[socket];
        head += socket->readAll();
        if (!head.contains("\r\n\r\n"))
            return;
        const QByteArray all = m_heads.take(socket);
        Request request { QString::fromUtf8(all.split(' ').value(1)), 0, {} };
        static const QRegularExpression range("\r\n[Rr]ange: bytes=(\\d+)-"), token("\r\n[Aa]uthorization: ([^\r]*)");
        request.from = range.match(all).captured(1).toLongLong();
        request.authorization = token.match(all).captured(1).toUtf8();
        requests << request;
        answer(socket, request);
    }

    static void finish(QTcpSocket* socket, int status, const QByteArray& headers, const QByteArray& body = {})
    {
        socket->write("HTTP/1.1 " + QByteArray::number(status) + " x\r\nConnection: close\r\nContent-Length: "
            + QByteArray::number(body.size()) + "\r\n" + headers + "\r\n" + body);
        socket->disconnectFromHost();
    }

    void answer(QTcpSocket* socket, const Request& request)
    {
        static const QRegularExpression description("^/api/models/([^/]+/[^/?]+)\\?blobs=true$");
        static const QRegularExpression content("^(?:/elsewhere)?/([^/]+/[^/]+)/resolve/([^/]+)/([^/]+)$");
        const auto asked = description.match(request.path), wanted = content.match(request.path);
        const QString name = wanted.captured(3), repository = asked.hasMatch() ? asked.captured(1) : wanted.captured(1);
        if (const auto given = answers.constFind(name); given != answers.cend())
            return finish(socket, given->status, given->headers, "<html>no model</html>");
        if (!m_files.contains(repository))
            return finish(socket, 401, "X-Error-Code: RepoNotFound\r\n");
        if (asked.hasMatch())
            return finish(socket, 200, "Content-Type: application/json\r\n",
                QJsonDocument(describe(repository)).toJson(QJsonDocument::Compact));
        if (!m_files[repository].contains(name) || wanted.captured(2) != revision())
            return finish(socket, 404, "X-Error-Code: EntryNotFound\r\n");
        if (!redirectTo.isEmpty() && !request.path.startsWith("/elsewhere"))
            return finish(socket, 302, "Location: " + (redirectTo + request.path).toUtf8() + "\r\n");
        sendFile(socket, name, instead.value(name, m_files[repository][name]), ranges ? request.from : 0);
    }

    void sendFile(QTcpSocket* socket, const QString& name, const QByteArray& content, qint64 from)
    {
        const QByteArray all = QByteArray::number(content.size());
        QByteArray body = content.mid(from);
        QByteArray head = from == 0 ? "HTTP/1.1 200 OK\r\n"
                                    : "HTTP/1.1 206 Partial\r\nContent-Range: bytes " + QByteArray::number(from) + "-"
                + QByteArray::number(content.size() - 1) + "/" + all + "\r\n";
        head += "Connection: close\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n";
        const bool stalled = stalls.contains(name);
        if (stalled)
            body.truncate(stalls.value(name));
        else if (auto& first = breaks[name]; !first.isEmpty())
            body.truncate(first.takeFirst());
        sent += name.endsWith(".safetensors") ? body.size() : 0;
        socket->write(head + body);
        if (!stalled)
            socket->disconnectFromHost();
    }

    static QString revision() { return QString(40, 'a'); }

    QJsonObject describe(const QString& repository) const
    {
        QJsonArray siblings;
        const auto files = m_files.value(repository);
        for (auto file = files.cbegin(); file != files.cend(); ++file) {
            const auto hex = [](const QByteArray& bytes, QCryptographicHash::Algorithm algorithm) {
                return QString::fromLatin1(QCryptographicHash::hash(bytes, algorithm).toHex());
            };
            const QByteArray prefix = "blob " + QByteArray::number(file->size()) + '\0';
            QJsonObject sibling { { "rfilename", file.key() }, { "size", file->size() },
                { "blobId", hex(prefix + *file, QCryptographicHash::Sha1) } };
            if (file.key().endsWith(".safetensors"))
                sibling["lfs"] = QJsonObject { { "size", file->size() },
                    { "sha256", hex(*file, QCryptographicHash::Sha256) }, { "pointerSize", 134 } };
            siblings << sibling;
        }
        QJsonObject description { { "id", repository }, { "sha", revision() }, { "siblings", siblings },
            { "cardData", QJsonObject { { "license", "apache-2.0" } } } };
        for (auto value = more.begin(); value != more.end(); ++value)
            description[value.key()] = value.value();
        return description;
    }

    QHash<QString, QMap<QString, QByteArray>> m_files;
    QHash<QTcpSocket*, QByteArray> m_heads;
};

struct Ended {
    int exitCode = -1; ///< -1: it crashed, or did not end in a minute
    QByteArray output, errors;

    /// The last line that is JSON.
    QJsonObject last() const { return QJsonDocument::fromJson(output.trimmed().split('\n').last()).object(); }
};

/// Runs a program to its end while this thread's event loop, and so its servers, go on. `watch` is called again and
/// again.
inline Ended runBeside(const QString& program, const QStringList& arguments, const QByteArray& input = {},
    const std::function<void(QProcess&)>& watch = {})
{
    Ended ended;
    QProcess process;
    QEventLoop loop;
    QTimer::singleShot(60'000, &process, [&] { process.kill(); });
    QTimer looks;
    QObject::connect(&looks, &QTimer::timeout, &loop, [&] {
        ended.output += process.readAllStandardOutput();
        if (watch)
            watch(process);
    });
    looks.start(20);
    QObject::connect(&process, &QProcess::finished, &loop, [&] { loop.quit(); });
    QObject::connect(&process, &QProcess::errorOccurred, &loop, [&](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            loop.quit();
    });
    process.start(program, arguments);
    process.write(input);
    process.closeWriteChannel();
    loop.exec();
    ended.output += process.readAllStandardOutput();
    ended.errors = process.readAllStandardError();
    if (process.exitStatus() == QProcess::NormalExit && process.error() == QProcess::UnknownError)
        ended.exitCode = process.exitCode();
    return ended;
}

} // namespace wordsight::test
